# Reports and tickets.

## On the error page

error-page-report = Report this problem
error-page-report-hint = No sign-in is needed. The details below are attached.

## The page of a report

report-heading = Report a problem
report-lead = Your report goes to whoever looks after this service.
report-lead-tenant = Your report goes to the administrators of { $tenant }.
report-attached = This is attached
report-what = What happened
report-text = What did you want to do? (optional)
report-text-hint = At most { $limit } characters. Never write a password or a code here.
report-address = Email address for an answer (optional)
report-address-hint = Whoever looks after your report sees it, and can answer you there.
report-submit = Send report

## The page after a report

reported-heading = Thank you for the report
reported-lead = Whoever can mend it will find your report, and what the service knows of the request, under this number.
reported-again-heading = This problem was reported before
reported-again = It is kept under the number below. What you wrote this time was not added.
reported-details = Keep these
reported-number = Ticket
reported-address = Whoever looks after your report can answer you at { $address }.
reported-no-address = You gave no email address, so nobody can answer you. Mention the number if you ask for news.

## Tickets: words that pages, mails and the command line share

ticket-state-open = Open
ticket-state-answered = Answered
ticket-state-closed = Closed
ticket-step-answer = Answered
ticket-step-close = Closed
ticket-step-reopen = Opened again
ticket-step-undelivered = Could not be sent

## Administration: the list

admin-tickets-lead = What people reported, the newest first.
admin-tickets-state = State
admin-tickets-state-any = Any
admin-tickets-until = Reported before (UTC)
admin-tickets-opened = Reported
admin-tickets-ticket = Ticket
admin-tickets-about = About
admin-tickets-none = There is no ticket that fits.

## Administration: one ticket

admin-ticket-heading = Ticket { $ticket }
admin-ticket-all = All tickets
admin-ticket-reported = Reported
admin-ticket-language = Language of the reporter
admin-ticket-address = Email address of the reporter
admin-ticket-no-address = None was given: an answer is only kept here
admin-ticket-text = What the reporter wrote
admin-ticket-no-text = Nothing
admin-ticket-request = The request
admin-ticket-no-record = The record of this request was not there when the problem was reported.
admin-ticket-look = Look at the request and its neighbours
admin-ticket-entries = What was done
admin-ticket-entry-by = by { $by }
admin-ticket-answer = Text
admin-ticket-answer-hint = At most { $limit } characters. An answer is sent to the reporter; the text of a closing is kept here only.
admin-ticket-do-answer = Answer
admin-ticket-do-close = Close
admin-ticket-do-reopen = Open again

## Mails

mail-subject-opened = { $ticket }: { $label } was reported
mail-subject-answer = { $ticket }: an answer to your report
mail-opened = Somebody reported a problem with { $tenant }.
mail-answer = { $tenant } answers your report { $ticket }:
mail-what = What happened: { $label } { $title }
mail-app = App: { $app }
mail-trace-id = Trace ID: { $trace }
mail-at = At: { $at }
mail-address = To be answered at: { $address }
mail-no-address = The reporter gave no address to be answered at.
mail-text = The reporter wrote:
mail-no-text = The reporter wrote nothing.
mail-link = The whole ticket, to answer and to close it: { $link }
mail-all = All tickets, also those that have no mail of their own because many came at once: { $link }
mail-reported = You reported { $label } on { $at }; the trace ID of the request is { $trace }.
mail-automatic = This mail was sent by a program. Answers to it are read only if the address that it names reads them.
