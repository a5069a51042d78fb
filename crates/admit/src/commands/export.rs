//! `admit export`: writes the directory as a declaration.

use model::ChangeEvent;

use super::print;
use crate::apply::export::{CredentialCounts, Credentials, Export, export};
use crate::cli::ExportArguments;
use crate::error::CommandError;
use crate::new_file::NewFile;
use crate::server;
use crate::storage::StoreLocation;

/// Prints the declaration, or writes it to a file with the credentials.
pub(super) fn run(arguments: &ExportArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let tenant = arguments.tenant.as_deref();
    let Some(path) = &arguments.with_credentials else {
        let exported = server::runtime()?.block_on(async {
            let service = location.open_existing_read_only().await?;
            export(tenant, Credentials::LeftOut, &service).await
        })?;
        return print(&exported.text);
    };
    server::runtime()?.block_on(async {
        let service = location.open_existing().await?;
        location.connect(&service).await?;
        let Export { text, tenants, counts } =
            export(tenant, Credentials::Written, &service).await?;
        let file = NewFile::create(path)?;
        // Before the file has content: no credentials leave without an event.
        let detail = counts.total().to_string();
        let events = tenants.iter().map(|tenant| {
            let event = ("credentials_exported", tenant.name.as_str(), detail.as_str());
            ChangeEvent::new(service::now(), Some(tenant.id), event)
        });
        if let Err(fault) = service.history.record_events(events.collect()).await {
            file.remove();
            return Err(CommandError::message(format!(
                "the history failed: {}; credentials are not exported without a change event",
                fault.cause()
            )));
        }
        file.write(&text)?;
        let CredentialCounts { secrets, passwords, webhooks } = counts;
        print(&format!(
            "{}: {secrets} digests of client secrets, {passwords} hashes of passwords, {webhooks} \
             secrets of webhooks; only its owner may read it\n",
            path.display()
        ))
    })
}
