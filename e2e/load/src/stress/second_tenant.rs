//! A tenant beside that of `admit dev`, with one client.

use crate::Result;
use crate::client::App;
use crate::service::Data;

const TENANT: &str = "second";
const CLIENT_ID: &str = "0b8b2f1c-6a51-4d0e-8f57-3f6f2b7f9d21";
const SECRET: &str = "a-secret-that-only-this-test-uses-0123456789";
const RESOURCE: &str = "api://second";

/// Creates the tenant in the data of a running service.
pub(super) async fn create(data: &Data) -> Result<App> {
    let declaration = format!(
        "[[tenants]]\n\
         name = \"{TENANT}\"\n\n\
         [[tenants.resources]]\n\
         identifier = \"{RESOURCE}\"\n\
         default = true\n\
         roles = [{{ value = \"All\", description = \"Everything\" }}]\n\n\
         [[tenants.clients]]\n\
         name = \"daemon\"\n\
         client_id = \"{CLIENT_ID}\"\n\
         secrets = [{{ id = \"load\", secret_env = \"SECOND_SECRET\" }}]\n\
         permissions = [{{ resource = \"{RESOURCE}\", roles = [\"All\"] }}]\n"
    );
    data.apply(&declaration, ("SECOND_SECRET", SECRET)).await?;
    Ok(App {
        tenant: TENANT.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        secret: Some(SECRET.to_owned()),
        redirect_uri: String::new(),
        scope: format!("{RESOURCE}/.default"),
    })
}
