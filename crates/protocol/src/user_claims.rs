//! Claims about a user in ID tokens and UserInfo (OpenID Connect Core §5.1), selected by scope
//! (§5.4) or by name (§5.5).

use model::{Address, User, UserId};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// A claim about a user, with the scope that requests it.
struct Claim {
    name: &'static str,
    scope: &'static str,
    value: fn(&User) -> Option<ClaimValue<'_>>,
}

/// The value of a claim.
enum ClaimValue<'a> {
    Text(&'a str),
    Truth(bool),
    Time(i64),
    /// The id of the user that the client gets.
    ObjectId,
    Address(&'a Address),
}

/// All claims about a user, in the order in which responses contain them.
const CLAIMS: [Claim; 20] = [
    claim("oid", PROFILE, |_| Some(ClaimValue::ObjectId)),
    claim("name", PROFILE, |user| Some(ClaimValue::Text(&user.name))),
    claim("preferred_username", PROFILE, |user| Some(ClaimValue::Text(&user.username))),
    claim("given_name", PROFILE, |user| text(user.profile.given_name.as_deref())),
    claim("family_name", PROFILE, |user| text(user.profile.family_name.as_deref())),
    claim("middle_name", PROFILE, |user| text(user.profile.middle_name.as_deref())),
    claim("nickname", PROFILE, |user| text(user.profile.nickname.as_deref())),
    claim("profile", PROFILE, |user| text(user.profile.profile.as_deref())),
    claim("picture", PROFILE, |user| text(user.profile.picture.as_deref())),
    claim("website", PROFILE, |user| text(user.profile.website.as_deref())),
    claim("gender", PROFILE, |user| text(user.profile.gender.as_deref())),
    claim("birthdate", PROFILE, |user| text(user.profile.birthdate.as_deref())),
    claim("zoneinfo", PROFILE, |user| text(user.profile.zoneinfo.as_deref())),
    claim("locale", PROFILE, |user| text(user.profile.locale.as_deref())),
    claim("updated_at", PROFILE, |user| Some(ClaimValue::Time(user.updated_at?.seconds()))),
    claim("email", "email", |user| text(user.email.as_deref())),
    claim("email_verified", "email", |user| {
        user.email.as_ref().map(|_| ClaimValue::Truth(user.email_verified))
    }),
    claim("address", "address", |user| user.profile.address.as_ref().map(ClaimValue::Address)),
    claim("phone_number", "phone", |user| text(user.profile.phone_number.as_deref())),
    claim("phone_number_verified", "phone", |user| {
        let profile = &user.profile;
        profile.phone_number.as_ref().map(|_| ClaimValue::Truth(profile.phone_number_verified))
    }),
];

const PROFILE: &str = "profile";

/// Returns the names of all claims about a user, for the metadata.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CLAIMS.iter().map(|claim| claim.name)
}

/// A selection of claims about a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimSet(u32);

impl ClaimSet {
    /// Selects the claims that the granted scopes request (OpenID Connect Core §5.4).
    pub fn of_scopes(is_granted: impl Fn(&str) -> bool) -> Self {
        Self::filter(|claim| is_granted(claim.scope))
    }

    /// Selects claims by name. Unknown names select nothing (OpenID Connect Core §5.5.1).
    pub fn named(names: &[String]) -> Self {
        Self::filter(|claim| names.iter().any(|name| name == claim.name))
    }

    /// Selects the claims of both selections.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn filter(is_selected: impl Fn(&Claim) -> bool) -> Self {
        let bits = CLAIMS.iter().enumerate().filter(|(_, claim)| is_selected(claim));
        Self(bits.fold(0, |set, (position, _)| set | 1 << position))
    }

    fn claims(self) -> impl Iterator<Item = &'static Claim> {
        let selected = CLAIMS.iter().enumerate();
        selected.filter(move |(position, _)| self.0 & 1 << position != 0).map(|(_, claim)| claim)
    }
}

/// The selected claims about one user. Claims without a value are left out.
#[derive(Clone, Copy, Debug)]
pub struct UserClaims<'a> {
    user: &'a User,
    object_id: UserId,
    selected: ClaimSet,
}

impl<'a> UserClaims<'a> {
    /// Creates the claims of a user, with the [object id](crate::subject::object_id) that the
    /// client gets.
    pub const fn new((user, object_id): (&'a User, UserId), selected: ClaimSet) -> Self {
        Self { user, object_id, selected }
    }
}

impl Serialize for UserClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for claim in self.selected.claims() {
            match (claim.value)(self.user) {
                Some(ClaimValue::ObjectId) => map.serialize_entry(claim.name, &self.object_id)?,
                Some(value) => map.serialize_entry(claim.name, &value)?,
                None => {}
            }
        }
        map.end()
    }
}

impl Serialize for ClaimValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Truth(truth) => serializer.serialize_bool(*truth),
            Self::Time(seconds) => serializer.serialize_i64(*seconds),
            // Each client has another one: `UserClaims` writes it.
            Self::ObjectId => serializer.serialize_none(),
            Self::Address(address) => address.serialize(serializer),
        }
    }
}

/// Returns the scope that requests a claim; `None` if it is no claim about a user.
pub(crate) fn scope_of(name: &str) -> Option<&'static str> {
    CLAIMS.iter().find(|claim| claim.name == name).map(|claim| claim.scope)
}

/// Returns the value of a claim about a user; `None` without a value.
pub(crate) fn value_of((user, object_id): (&User, UserId), name: &str) -> Option<Value> {
    let claim = CLAIMS.iter().find(|claim| claim.name == name)?;
    match (claim.value)(user)? {
        ClaimValue::ObjectId => Some(object_id.to_string().into()),
        value => serde_json::to_value(value).ok(),
    }
}

const fn claim(
    name: &'static str,
    scope: &'static str,
    value: fn(&User) -> Option<ClaimValue<'_>>,
) -> Claim {
    Claim { name, scope, value }
}

fn text(text: Option<&str>) -> Option<ClaimValue<'_>> {
    text.map(ClaimValue::Text)
}
