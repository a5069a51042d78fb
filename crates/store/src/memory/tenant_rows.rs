//! What each tenant has in the directory in memory: nothing is shared between tenants.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Client, ClientId, Consent, DirectoryChange, Fault, FaultKind, Password, Resource,
    SigningKeyRow, Tenant, TenantId, User, UserId,
};

use crate::name::username_key;

/// Every household.
#[derive(Clone, Default)]
pub(super) struct Rows {
    households: BTreeMap<TenantId, Household>,
    names: BTreeMap<String, TenantId>,
}

/// All that one tenant has.
#[derive(Clone)]
pub(super) struct Household {
    pub(super) tenant: Arc<Tenant>,
    pub(super) clients: BTreeMap<ClientId, Arc<Client>>,
    /// By identifier.
    pub(super) resources: Arc<Vec<Resource>>,
    pub(super) users: BTreeMap<UserId, Arc<User>>,
    pub(super) usernames: BTreeMap<String, UserId>,
    pub(super) passwords: BTreeMap<UserId, Password>,
    /// Oldest first.
    pub(super) signing_keys: Arc<Vec<SigningKeyRow>>,
    consents: BTreeMap<(UserId, ClientId, String), Consent>,
}

impl Rows {
    pub(super) fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.names.values().filter_map(|id| Some(&*self.household(*id)?.tenant))
    }

    pub(super) fn household(&self, tenant: TenantId) -> Option<&Household> {
        self.households.get(&tenant)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Household> {
        self.household(*self.names.get(name)?)
    }

    /// Makes one change. A change that fails has changed nothing.
    pub(super) fn make(&mut self, change: DirectoryChange) -> Result<(), Fault> {
        match change {
            DirectoryChange::PutTenant(tenant) => self.put_tenant(tenant),
            DirectoryChange::PutClient(client) => {
                let household = self.existing(client.tenant)?;
                household.clients.insert(client.id.clone(), Arc::new(client));
                Ok(())
            }
            DirectoryChange::PutResource(resource) => {
                let resources = Arc::make_mut(&mut self.existing(resource.tenant)?.resources);
                resources.retain(|other| other.identifier != resource.identifier);
                resources.push(resource);
                resources.sort_by(|one, other| one.identifier.cmp(&other.identifier));
                Ok(())
            }
            DirectoryChange::PutUser(user) => self.existing(user.tenant)?.put_user(user),
            DirectoryChange::PutPassword { tenant, user, password } => {
                self.existing(tenant)?.put_password(user, password)
            }
            DirectoryChange::PutConsent(consent) => {
                self.existing(consent.tenant)?.put_consent(consent)
            }
            DirectoryChange::PutSigningKey(key) => {
                let keys = Arc::make_mut(&mut self.existing(key.tenant)?.signing_keys);
                keys.retain(|other| other.kid != key.kid);
                keys.push(key);
                keys.sort_by(|one, other| {
                    (one.published_at, &one.kid).cmp(&(other.published_at, &other.kid))
                });
                Ok(())
            }
            DirectoryChange::RemoveSigningKey { tenant, kid } => {
                if let Some(household) = self.households.get_mut(&tenant) {
                    Arc::make_mut(&mut household.signing_keys).retain(|key| key.kid != kid);
                }
                Ok(())
            }
        }
    }

    fn put_tenant(&mut self, tenant: Tenant) -> Result<(), Fault> {
        let id = tenant.id;
        if self.names.get(&tenant.name).is_some_and(|other| *other != id) {
            return Err(broken_rule("the name of a tenant is taken"));
        }
        self.names.retain(|_, other| *other != id);
        self.names.insert(tenant.name.clone(), id);
        let tenant = Arc::new(tenant);
        let household =
            self.households.entry(id).or_insert_with(|| Household::new(Arc::clone(&tenant)));
        household.tenant = tenant;
        Ok(())
    }

    fn existing(&mut self, tenant: TenantId) -> Result<&mut Household, Fault> {
        let unknown = || broken_rule("a row names a tenant that does not exist");
        self.households.get_mut(&tenant).ok_or_else(unknown)
    }
}

impl Household {
    fn new(tenant: Arc<Tenant>) -> Self {
        Self {
            tenant,
            clients: BTreeMap::new(),
            resources: Arc::default(),
            users: BTreeMap::new(),
            usernames: BTreeMap::new(),
            passwords: BTreeMap::new(),
            signing_keys: Arc::default(),
            consents: BTreeMap::new(),
        }
    }

    pub(super) fn user_named(&self, name: &str) -> Option<Arc<User>> {
        self.users.get(self.usernames.get(&username_key(name))?).cloned()
    }

    pub(super) fn consents_of(&self, user: UserId, client: &ClientId) -> Vec<Consent> {
        let from = (user, client.clone(), String::new());
        let of_both = |consent: &&Consent| consent.user == user && consent.client == *client;
        let rows = self.consents.range(from..).map(|(_, consent)| consent);
        rows.take_while(of_both).cloned().collect()
    }

    fn put_user(&mut self, user: User) -> Result<(), Fault> {
        let key = username_key(&user.username);
        if self.usernames.get(&key).is_some_and(|other| *other != user.id) {
            return Err(broken_rule("a user name is taken"));
        }
        self.usernames.retain(|_, other| *other != user.id);
        self.usernames.insert(key, user.id);
        self.users.insert(user.id, Arc::new(user));
        Ok(())
    }

    fn put_password(&mut self, user: UserId, password: Password) -> Result<(), Fault> {
        self.check_user(user)?;
        self.passwords.insert(user, password);
        Ok(())
    }

    fn put_consent(&mut self, consent: Consent) -> Result<(), Fault> {
        self.check_user(consent.user)?;
        if !self.clients.contains_key(&consent.client) {
            return Err(broken_rule("a consent names a client that does not exist"));
        }
        let key = (consent.user, consent.client.clone(), consent.resource.clone());
        self.consents.insert(key, consent);
        Ok(())
    }

    fn check_user(&self, user: UserId) -> Result<(), Fault> {
        let unknown = || broken_rule("a row names a user that does not exist");
        self.users.contains_key(&user).then_some(()).ok_or_else(unknown)
    }
}

/// Whoever asked for the change should have looked first.
fn broken_rule(cause: &str) -> Fault {
    Fault::because(FaultKind::Internal, cause)
}
