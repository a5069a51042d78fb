//! `admit mail`: tries the SMTP server of the configuration.

use outbound::mail::{Email, is_valid_address};

use super::print;
use crate::cli::{MailCommand, MailTestArguments};
use crate::config::{Config, Mail};
use crate::error::CommandError;
use crate::random;
use crate::server;

/// Runs a subcommand.
pub(super) fn run(command: &MailCommand) -> Result<(), CommandError> {
    match command {
        MailCommand::Test(arguments) => test(arguments),
    }
}

/// Sends one e-mail, with the settings and the code of the running service.
fn test(arguments: &MailTestArguments) -> Result<(), CommandError> {
    let (file, address) = (&arguments.config.config, &arguments.address);
    let config = Config::load(file)?;
    let Some(mail) = &config.mail else {
        return Err(CommandError::message(format!(
            "{} has no `[mail]`, so no e-mail is sent; add it with `host` and `from`",
            file.display()
        )));
    };
    if !is_valid_address(address) {
        let message = format!("`{address}` is not a single e-mail address");
        return Err(CommandError::message(message));
    }
    let mailer = mail.mailer().map_err(|invalid| CommandError::message(invalid.reason))?;
    let now = service::now();
    let email = Email {
        id: uuid::Builder::from_random_bytes(random::bytes()?).into_uuid(),
        at: now,
        sender: "Admit".to_owned(),
        to: address.clone(),
        subject: "Test of Admit".to_owned(),
        text: format!("This e-mail tests the SMTP settings of {}.\n", config.origin.value),
        html: None,
    };
    let server = server_name(mail);
    let sent = server::runtime()?.block_on(mailer.send(email));
    sent.map_err(|error| {
        let advice = if error.permanent {
            "the server refuses this e-mail or its recipient"
        } else {
            "check host, port, tls, user and password_file of `[mail]`, and the server itself"
        };
        CommandError::message(format!(
            "{server} did not take the e-mail: {}; {advice}",
            error.cause
        ))
    })?;
    print(&format!("{server} took the e-mail to {address}, from {}\n", mail.from.value))
}

fn server_name(mail: &Mail) -> String {
    format!("{}:{}", mail.host.value, mail.port)
}
