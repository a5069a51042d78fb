//! The directory rows of each tenant, in memory. Tenants share no rows.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Authenticators, Client, ClientId, Consent, DirectoryChange, DirectoryState, Fault, FaultKind,
    LedgerRecord, Password, Resource, SealedSigningKey, StoredRow, Tenant, TenantId, User, UserId,
    username_key,
};

/// The rows of all tenants.
#[derive(Clone, Default)]
pub(super) struct DirectoryRows {
    by_id: BTreeMap<TenantId, TenantRows>,
    ids_by_name: BTreeMap<String, TenantId>,
    pub(super) state: DirectoryState,
}

/// The directory rows of one tenant.
#[derive(Clone)]
pub(super) struct TenantRows {
    pub(super) tenant: Arc<Tenant>,
    pub(super) clients: BTreeMap<ClientId, Arc<Client>>,
    /// Ordered by identifier.
    pub(super) resources: Arc<Vec<Resource>>,
    pub(super) users: BTreeMap<UserId, Arc<User>>,
    pub(super) usernames: BTreeMap<String, UserId>,
    pub(super) passwords: BTreeMap<UserId, Password>,
    pub(super) authenticators: BTreeMap<UserId, Authenticators>,
    /// Oldest first.
    pub(super) signing_keys: Arc<Vec<SealedSigningKey>>,
    consents: BTreeMap<(UserId, ClientId, String), Consent>,
}

impl DirectoryRows {
    pub(super) fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.ids_by_name.values().filter_map(|id| Some(&*self.tenant(*id)?.tenant))
    }

    pub(super) fn tenant(&self, tenant: TenantId) -> Option<&TenantRows> {
        self.by_id.get(&tenant)
    }

    pub(super) fn tenant_named(&self, name: &str) -> Option<&TenantRows> {
        self.tenant(*self.ids_by_name.get(name)?)
    }

    /// Returns whether a row is stored as it was read.
    pub(super) fn is_stored(&self, row: &StoredRow) -> bool {
        match row {
            StoredRow::Tenant(id, read) => {
                self.tenant(*id).map(|rows| &*rows.tenant) == read.as_ref()
            }
            StoredRow::Client(tenant, id, read) => {
                let client = self.tenant(*tenant).and_then(|rows| rows.clients.get(id));
                client.map(|client| &**client) == read.as_ref()
            }
            StoredRow::Resources(tenant, read) => {
                let resources = self.tenant(*tenant).map(|rows| rows.resources.as_slice());
                resources.unwrap_or_default() == read.as_slice()
            }
            StoredRow::User(tenant, id, read) => {
                let user = self.tenant(*tenant).and_then(|rows| rows.users.get(id));
                user.map(|user| &**user) == read.as_ref()
            }
            StoredRow::Username(tenant, name, read) => {
                let user = self.tenant(*tenant).and_then(|rows| rows.user_named(name));
                user.map(|user| user.id) == *read
            }
            StoredRow::Password(tenant, user, read) => {
                self.tenant(*tenant).and_then(|rows| rows.passwords.get(user)) == read.as_ref()
            }
            StoredRow::Authenticators(tenant, user, read) => {
                let rows = self.tenant(*tenant);
                rows.and_then(|rows| rows.authenticators.get(user)) == read.as_ref()
            }
            StoredRow::SigningKeys(tenant, read) => {
                let keys = self.tenant(*tenant).map(|rows| rows.signing_keys.as_slice());
                keys.unwrap_or_default() == read.as_slice()
            }
        }
    }

    fn put_authenticators(&mut self, row: Authenticators) -> Result<(), Fault> {
        let rows = self.existing_tenant(row.tenant)?;
        rows.check_user(row.user)?;
        rows.authenticators.insert(row.user, row);
        Ok(())
    }

    /// Applies one change. A change that fails has changed nothing.
    pub(super) fn apply(&mut self, change: DirectoryChange) -> Result<(), Fault> {
        match change {
            DirectoryChange::PutTenant(tenant) => self.put_tenant(tenant),
            DirectoryChange::PutClient(client) => {
                let rows = self.existing_tenant(client.tenant)?;
                rows.clients.insert(client.id.clone(), Arc::new(client));
                Ok(())
            }
            DirectoryChange::PutResource(resource) => {
                let resources =
                    Arc::make_mut(&mut self.existing_tenant(resource.tenant)?.resources);
                resources.retain(|other| other.identifier != resource.identifier);
                resources.push(resource);
                resources.sort_by(|one, other| one.identifier.cmp(&other.identifier));
                Ok(())
            }
            DirectoryChange::PutUser(user) => self.existing_tenant(user.tenant)?.put_user(user),
            DirectoryChange::RemoveClient { tenant, client } => {
                if let Some(rows) = self.by_id.get_mut(&tenant) {
                    rows.consents.retain(|(_, other, _), _| *other != client);
                    rows.clients.remove(&client);
                }
                Ok(())
            }
            DirectoryChange::RemoveResource { tenant, identifier } => {
                if let Some(rows) = self.by_id.get_mut(&tenant) {
                    rows.consents.retain(|(_, _, other), _| *other != identifier);
                    Arc::make_mut(&mut rows.resources).retain(|row| row.identifier != identifier);
                }
                Ok(())
            }
            DirectoryChange::RemoveUser { tenant, user } => {
                self.change_existing(tenant, |rows| rows.remove_user(user));
                Ok(())
            }
            DirectoryChange::PutPassword { tenant, user, password } => {
                self.existing_tenant(tenant)?.put_password(user, password)
            }
            DirectoryChange::RehashPassword { tenant, user, earlier, password } => {
                self.existing_tenant(tenant)?.rehash_password(user, &earlier, password);
                Ok(())
            }
            DirectoryChange::PutAuthenticators(row) => self.put_authenticators(row),
            DirectoryChange::PutConsent(consent) => {
                self.existing_tenant(consent.tenant)?.put_consent(consent)
            }
            DirectoryChange::PutSigningKey(key) => {
                self.existing_tenant(key.tenant)?.put_signing_key(key);
                Ok(())
            }
            DirectoryChange::RemoveSigningKey { tenant, kid } => {
                self.change_existing(tenant, |rows| rows.remove_signing_key(&kid));
                Ok(())
            }
            DirectoryChange::RecordLedger(record) => {
                self.record_ledger(record);
                Ok(())
            }
        }
    }

    fn change_existing(&mut self, tenant: TenantId, change: impl FnOnce(&mut TenantRows)) {
        if let Some(rows) = self.by_id.get_mut(&tenant) {
            change(rows);
        }
    }

    fn record_ledger(&mut self, record: LedgerRecord) {
        if self.state.ledger.map(|known| known.identity.id) != record.before {
            return;
        }
        self.state = DirectoryState {
            generation: self.state.generation.max(record.generation_min),
            ledger: Some(record.ledger),
            remembered_since: record.remembered_since.max(self.state.remembered_since),
            is_backup: false,
        };
    }

    fn put_tenant(&mut self, tenant: Tenant) -> Result<(), Fault> {
        let id = tenant.id;
        if self.ids_by_name.get(&tenant.name).is_some_and(|other| *other != id) {
            return Err(constraint_violated("the name of a tenant is taken"));
        }
        self.ids_by_name.retain(|_, other| *other != id);
        self.ids_by_name.insert(tenant.name.clone(), id);
        let tenant = Arc::new(tenant);
        let rows = self.by_id.entry(id).or_insert_with(|| TenantRows::new(Arc::clone(&tenant)));
        rows.tenant = tenant;
        Ok(())
    }

    fn existing_tenant(&mut self, tenant: TenantId) -> Result<&mut TenantRows, Fault> {
        let violated = || constraint_violated("a row names a tenant that does not exist");
        self.by_id.get_mut(&tenant).ok_or_else(violated)
    }
}

impl TenantRows {
    fn new(tenant: Arc<Tenant>) -> Self {
        Self {
            tenant,
            clients: BTreeMap::new(),
            resources: Arc::default(),
            users: BTreeMap::new(),
            usernames: BTreeMap::new(),
            passwords: BTreeMap::new(),
            authenticators: BTreeMap::new(),
            signing_keys: Arc::default(),
            consents: BTreeMap::new(),
        }
    }

    pub(super) fn user_named(&self, name: &str) -> Option<Arc<User>> {
        self.users.get(self.usernames.get(&username_key(name))?).cloned()
    }

    pub(super) fn consents(&self, user: UserId, client: &ClientId) -> Vec<Consent> {
        let from = (user, client.clone(), String::new());
        let is_of_both = |consent: &&Consent| consent.user == user && consent.client == *client;
        let rows = self.consents.range(from..).map(|(_, consent)| consent);
        rows.take_while(is_of_both).cloned().collect()
    }

    pub(super) fn consents_of_user(&self, user: UserId, limit: u32) -> Vec<Consent> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let of_user = self.consents.values().filter(|consent| consent.user == user);
        of_user.take(limit).cloned().collect()
    }

    fn put_user(&mut self, user: User) -> Result<(), Fault> {
        let key = username_key(&user.username);
        if self.usernames.get(&key).is_some_and(|other| *other != user.id) {
            return Err(constraint_violated("a user name is taken"));
        }
        self.usernames.retain(|_, other| *other != user.id);
        self.usernames.insert(key, user.id);
        self.users.insert(user.id, Arc::new(user));
        Ok(())
    }

    fn remove_user(&mut self, user: UserId) {
        self.consents.retain(|(other, _, _), _| *other != user);
        self.passwords.remove(&user);
        self.authenticators.remove(&user);
        self.usernames.retain(|_, other| *other != user);
        self.users.remove(&user);
    }

    fn put_password(&mut self, user: UserId, password: Password) -> Result<(), Fault> {
        self.check_user(user)?;
        self.passwords.insert(user, password);
        Ok(())
    }

    fn rehash_password(&mut self, user: UserId, earlier: &str, password: Password) {
        if let Some(stored) = self.passwords.get_mut(&user).filter(|it| it.hash == earlier) {
            *stored = password;
        }
    }

    fn put_signing_key(&mut self, key: SealedSigningKey) {
        let keys = Arc::make_mut(&mut self.signing_keys);
        keys.retain(|other| other.kid != key.kid);
        keys.push(key);
        keys.sort_by(|one, other| {
            (one.published_at, &one.kid).cmp(&(other.published_at, &other.kid))
        });
    }

    fn remove_signing_key(&mut self, kid: &str) {
        Arc::make_mut(&mut self.signing_keys).retain(|key| key.kid != kid);
    }

    fn put_consent(&mut self, mut consent: Consent) -> Result<(), Fault> {
        self.check_user(consent.user)?;
        if !self.clients.contains_key(&consent.client) {
            return Err(constraint_violated("a consent names a client that does not exist"));
        }
        let key = (consent.user, consent.client.clone(), consent.resource.clone());
        let earlier = self.consents.get(&key).map(|it| it.grants_not_before).unwrap_or_default();
        consent.grants_not_before = consent.grants_not_before.max(earlier);
        self.consents.insert(key, consent);
        Ok(())
    }

    fn check_user(&self, user: UserId) -> Result<(), Fault> {
        let violated = || constraint_violated("a row names a user that does not exist");
        self.users.contains_key(&user).then_some(()).ok_or_else(violated)
    }
}

/// The fault of a violated constraint. Internal, because callers check constraints first.
fn constraint_violated(message: &str) -> Fault {
    Fault::from_message(FaultKind::Internal, message)
}
