//! ID tokens and access tokens, held against the tenant that made them.

use std::sync::Arc;

use model::{Client, Tenant};
use protocol::{bearer, context::Realm};

use super::{Kind, Token, times};
use crate::explain::{
    Setting, Unsaid,
    known::{Known, context, tenant_name, verify},
    report::{Check, Note, Report},
};

/// The checks of a token of ours, in the order in which they are made.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    kind: Kind,
    setting: &Setting,
) -> Result<(), Unsaid> {
    let Some(known) = &setting.known else {
        offline(report, token, kind, setting);
        return Ok(());
    };
    let issuer = token.claim("iss").unwrap_or_default();
    let tenant = match known.tenant_of_url(issuer).await? {
        Some(tenant) => Some(tenant),
        None => known.tenant(token.claim("tid").unwrap_or_default()).await?,
    };
    let realm = match &tenant {
        Some(tenant) => known.realm(tenant).await?,
        None => None,
    };
    let Some(realm) = realm else {
        let names: Vec<String> = known.tenants().await?.iter().map(|it| it.name.clone()).collect();
        let values = [("issuer", issuer), ("tenants", &names.join(", "))];
        report.against = Some(Note::plain("decode-against-store"));
        report.checks.push(Check::unknown("signature", Note::plain("decode-signature-of-others")));
        report.checks.push(Check::failed("iss", Note::new("decode-issuer-unknown", values)));
        report.checks.extend(times::all(&token.claims, setting.now, times::Strictness::Own));
        report.accepted = Some(false);
        report.steps.push(Note::plain("decode-step-other-issuer"));
        return Ok(());
    };
    let against = Note::new("decode-against-tenant", [("tenant", &realm.tenant.name)]);
    report.against = Some(against);
    report.checks.push(signature(token, &realm.tenant, known, setting).await?);
    report.checks.push(issued_by(issuer, &realm));
    report.checks.extend(times::all(&token.claims, setting.now, times::Strictness::Own));
    report.checks.push(audience(token, kind, &realm, known).await?);
    report.checks.extend(client(token, kind, &realm, known).await?);
    report.checks.extend(standing(token, &realm, known, setting).await?);
    verdict(report, token, kind, &realm, setting).await?;
    advise(report, kind);
    Ok(())
}

fn offline(report: &mut Report, token: &Token<'_>, kind: Kind, setting: &Setting) {
    report.checks.push(Check::unknown("signature", Note::plain("decode-signature-needs-store")));
    let issuer = token.claim("iss").unwrap_or_default();
    report.checks.push(if issuer.is_empty() {
        times::missing("iss")
    } else {
        let name = tenant_name(issuer).unwrap_or_default();
        let values = [("issuer", issuer), ("tenant", name)];
        Check::unknown("iss", Note::new("decode-issuer-needs-store", values))
    });
    report.checks.extend(times::all(&token.claims, setting.now, times::Strictness::Own));
    report.checks.push(match audiences(token).as_str() {
        "" => times::missing("aud"),
        named => {
            let values = [("audience", named)];
            Check::unknown("aud", Note::new("decode-audience-needs-store", values))
        }
    });
    report.steps.push(Note::plain("decode-step-needs-store"));
    advise(report, kind);
}

/// What an audience is, in one text.
fn audiences(token: &Token<'_>) -> String {
    match token.claims.get("aud") {
        None => String::new(),
        Some(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// Which of the tenant's keys made the signature, if one did.
async fn signature(
    token: &Token<'_>,
    tenant: &Tenant,
    known: &Known,
    setting: &Setting,
) -> Result<Check, Unsaid> {
    let rows = known.rows(tenant).await?;
    let kid = token.compact.header().kid.as_deref().unwrap_or_default();
    let Some(row) = rows.iter().find(|row| row.kid == kid) else {
        let kids: Vec<&str> = rows.iter().map(|row| row.kid.as_str()).collect();
        let values = [("kid", kid), ("known", &kids.join(", "))];
        return Ok(Check::failed("signature", Note::new("decode-kid-unknown", values)));
    };
    if let Err(error) = verify(token.text, &row.jwk) {
        let values = [("kid", kid), ("error", error.as_str())];
        return Ok(Check::failed("signature", Note::new("decode-signature-wrong", values)));
    }
    let published = row.published_at <= setting.now && setting.now < row.kept_until;
    let (good, gone) = ("decode-signature", "decode-key-not-published");
    let note = |id| Note::new(id, [("kid", kid)]);
    Ok(Check::that(published, "signature", (note(good), note(gone))))
}

fn issued_by(issuer: &str, realm: &Realm) -> Check {
    let expected = realm.endpoints.issuer.as_str();
    let values = [("issuer", issuer), ("expected", expected)];
    Check::that(
        issuer == expected,
        "iss",
        (Note::new("decode-issuer", values), Note::new("decode-issuer-wrong", values)),
    )
}

async fn audience(
    token: &Token<'_>,
    kind: Kind,
    realm: &Realm,
    known: &Known,
) -> Result<Check, Unsaid> {
    let named = audiences(token);
    let values = [("audience", named.as_str())];
    if kind != Kind::AccessToken {
        let client = known.client(&named, Some(&Arc::new(realm.tenant.clone()))).await?;
        let note = |id| Note::new(id, values);
        let notes = (note("decode-audience-client"), note("decode-audience-no-client"));
        return Ok(Check::that(client.is_some(), "aud", notes));
    }
    if named == realm.endpoints.userinfo {
        return Ok(Check::passed("aud", Note::new("decode-audience-userinfo", values)));
    }
    let resources = known.service().store.resources(realm.tenant.id).await?;
    let found = resources.iter().find(|resource| resource.identifier == named);
    let names: Vec<&str> = resources.iter().map(|resource| resource.identifier.as_str()).collect();
    Ok(match found {
        Some(resource) if resource.enabled => {
            Check::passed("aud", Note::new("decode-audience-resource", values))
        }
        Some(_) => Check::failed("aud", Note::new("decode-audience-disabled", values)),
        None => {
            let values = [("audience", named.as_str()), ("known", &names.join(", "))];
            Check::failed("aud", Note::new("decode-audience-unknown", values))
        }
    })
}

/// Whether the client that an access token was given to is still there.
async fn client(
    token: &Token<'_>,
    kind: Kind,
    realm: &Realm,
    known: &Known,
) -> Result<Option<Check>, Unsaid> {
    let id = token.claim("client_id").or_else(|| token.claim("azp"));
    let Some(id) = id.filter(|_| kind == Kind::AccessToken) else { return Ok(None) };
    let found = known.client(id, Some(&Arc::new(realm.tenant.clone()))).await?;
    Ok(Some(match found.map(|(_, client)| client) {
        Some(client) if client.enabled => {
            Check::passed("client_id", Note::new("decode-client", [("client", &client.name)]))
        }
        Some(client) => {
            let values = [("client", client.name.as_str())];
            Check::failed("client_id", Note::new("decode-client-disabled", values))
        }
        None => Check::failed("client_id", Note::new("decode-client-unknown", [("client", id)])),
    }))
}

/// Whether the grant behind the token still stands.
async fn standing(
    token: &Token<'_>,
    realm: &Realm,
    known: &Known,
    setting: &Setting,
) -> Result<Option<Check>, Unsaid> {
    let Some(gid) = token.claim("gid") else { return Ok(None) };
    let id = uuid::Uuid::try_parse(gid).map(|id| model::GrantId::new(id.into_bytes()));
    let grant = match id {
        Ok(id) => known.service().store.grant(realm.tenant.id, id).await?,
        Err(_) => None,
    };
    Ok(Some(match grant {
        Some(grant) => super::super::handle::standing(&grant, setting.now),
        None => Check::failed("grant", Note::new("decode-grant-unknown", [("grant", gid)])),
    }))
}

/// What the server itself says to an access token, by the very rule that it goes by.
async fn verdict(
    report: &mut Report,
    token: &Token<'_>,
    kind: Kind,
    realm: &Realm,
    setting: &Setting,
) -> Result<(), Unsaid> {
    let (Some(known), Kind::AccessToken) = (&setting.known, kind) else { return Ok(()) };
    let keys = known.keys(realm, setting.now).await?;
    let context = context(realm, setting.now);
    let store = &*known.service().store;
    let bearer = bearer::inspect(token.text, store, &keys, &context).await?;
    report.accepted = Some(bearer.is_some());
    Ok(())
}

fn advise(report: &mut Report, kind: Kind) {
    report.steps.push(Note::plain(match kind {
        Kind::IdToken => "decode-step-id-token",
        Kind::LogoutToken => "decode-step-logout-token",
        _ => "decode-step-access-token",
    }));
}

/// What a client is called, for a sentence.
pub(super) fn named(client: &Client) -> String {
    format!("{} ({})", client.name, client.id)
}
