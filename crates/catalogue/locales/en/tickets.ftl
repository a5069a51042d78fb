# Reports and tickets.

## On the error page

error-page-report = Report this problem
error-page-report-hint = You do not have to sign in. The details below are attached.

## Report form

report-heading = Report a problem
report-lead = Your report goes to the operator of this service.
report-lead-tenant = Your report goes to the administrators of { $tenant }.
report-attached = Attached details
report-what = Error
report-text = What did you want to do? (optional)
report-text-hint = At most { $limit } characters. Never write a password or a code here.
report-address = Email address for an answer (optional)
report-address-hint = The administrators see this address and can answer you there.
report-submit = Send report

## Report confirmation

reported-heading = Thank you for the report
reported-lead = The administrators find your report, with the recorded details of the request, under this ticket ID.
reported-again-heading = This problem was already reported
reported-again = The report has the ticket ID below. Your new text was not added.
reported-details = Keep these IDs
reported-ticket = Ticket ID
reported-address = Answers are sent to { $address } once you have followed the link in the first mail that you get there.
reported-no-address = You gave no email address, so you cannot get an answer. Mention the ticket ID if you ask about your report.

## Confirmation of an address

confirm-heading = Confirm your email address
confirm-lead = Answers to your report are sent to your email address once you have confirmed it.
confirm-submit = Confirm the address
confirmed-heading = The address is confirmed
confirmed-lead = Answers to your report are sent to your email address.

## Tickets: shared by pages, emails and the command line

ticket-tenant = Tenant
ticket-state-open = Open
ticket-state-answered = Answered
ticket-state-closed = Closed
ticket-entry-answer = Answered
ticket-entry-close = Closed
ticket-entry-reopen = Reopened
ticket-entry-undelivered = Delivery failed
ticket-entry-address_asked = Asked the reporter to confirm the address
ticket-entry-address_confirmed = The reporter confirmed the address

## Administration: list of tickets

admin-tickets-state = State
admin-tickets-state-any = Any
admin-tickets-until = Reported before ({ $zone })
admin-tickets-opened = Reported
admin-tickets-ticket = Ticket
admin-tickets-about = Error
admin-tickets-none = No matching tickets.

## Administration: one ticket

admin-ticket-heading = Ticket { $ticket }
admin-ticket-all = All tickets
admin-ticket-reported = Reported
admin-ticket-language = Language of the reporter
admin-ticket-address = Email address of the reporter
admin-ticket-unconfirmed = Not confirmed; answers are sent once the reporter has followed the link in the first mail
admin-ticket-no-address = None; answers are only stored here
admin-ticket-text = Text of the reporter
admin-ticket-no-text = None
admin-ticket-request = The request
admin-ticket-no-record = There was no record of this request when the problem was reported.
admin-ticket-look = Show the request
admin-ticket-entries = Entries
admin-ticket-entry-by = by { $by }
admin-ticket-answer = Text
admin-ticket-answer-hint = At most { $limit } characters. An answer is sent to the reporter; a text for closing is only stored here.
admin-ticket-do-answer = Answer
admin-ticket-do-close = Close
admin-ticket-do-reopen = Reopen

## Emails

mail-subject-opened = { $ticket }: { $label } was reported
mail-subject-answer = { $ticket }: an answer to your report
mail-opened = A user reported a problem with { $tenant }.
mail-subject-confirm = { $ticket }: confirm your email address
mail-confirm = A report about a problem with { $tenant } names this address for the answer.
mail-confirm-link = If the report is yours, confirm the address within seven days: { $link }
mail-confirm-ignore = If it is not yours, you need not do anything: without the confirmation, neither the report nor an answer is sent to this address.
mail-answer = { $tenant } has answered your report { $ticket }:
mail-what = Error: { $label } { $title }
mail-app = App: { $app }
mail-trace-id = Trace ID: { $trace }
mail-at = Time: { $at }
mail-address = Address for answers: { $address }
mail-no-address = The reporter gave no address for answers.
mail-text = Text of the reporter:
mail-no-text = The reporter gave no text.
mail-link = Show, answer or close the ticket: { $link }
mail-all = All tickets, including those without an email because many were opened at once: { $link }
mail-reported = You reported { $label } on { $at }; the trace ID of the request is { $trace }.
mail-automatic = This email was sent automatically. Replies are only read if its sender address accepts email.
