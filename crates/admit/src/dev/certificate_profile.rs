//! The parameters of the certificates of `admit dev`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, GeneralSubtree, IsCa, KeyUsagePurpose,
    NameConstraints,
};

/// The validity of the CA and of the server certificate.
pub(super) const DAYS: u64 = 365;
/// The time by which `notBefore` lies in the past: a clock of another system may be behind.
const BACKDATED: Duration = Duration::from_secs(3_600);

/// Returns the common name of the CA of a directory.
pub(super) fn authority_name(id: &str) -> String {
    format!("Admit development authority {id}")
}

/// Returns the parameters of the CA of a directory.
pub(super) fn ca_params(id: &str) -> CertificateParams {
    let host = |address: IpAddr, prefix| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
    };
    let mut params = params(&authority_name(id), DAYS);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            host(Ipv4Addr::LOCALHOST.into(), 32),
            host(Ipv6Addr::LOCALHOST.into(), 128),
        ],
        excluded_subtrees: Vec::new(),
    });
    params
}

/// Returns the parameters that all certificates share.
pub(super) fn params(name: &str, days: u64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = Duration::from_secs(u64::try_from(service::now().seconds()).unwrap_or_default());
    let time = |since_epoch: Duration| -> SystemTime { UNIX_EPOCH + since_epoch };
    params.not_before = time(now.saturating_sub(BACKDATED)).into();
    params.not_after = time(now + Duration::from_secs(days * 86_400)).into();
    params
}
