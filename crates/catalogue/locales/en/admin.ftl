# The administration pages.
