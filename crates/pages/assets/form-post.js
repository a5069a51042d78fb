"use strict";
// Calls the method of the prototype: a hidden field named "submit" would hide the method of the form.
HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));
