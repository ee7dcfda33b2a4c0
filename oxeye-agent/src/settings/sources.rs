//! Where the sources are that are asked over the network, as given or else as found in the server's folder.

use std::collections::BTreeSet;

use oxeye_probe::{Address, RconSettings};
use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;

use super::{Found, Given, InvalidSetting, OFF, invalid};
use crate::source::{ManagementSettings, Tls};
use crate::source_update::SourceKind;

/// The default port of RCON in `server.properties`.
const RCON_PORT: u16 = 25575;

/// The default port in `server.properties` on which players connect.
pub(super) const GAME_PORT: u16 = 25565;

impl Given {
    /// Returns an address as given or else as found, or `None` if it is switched off.
    pub(super) fn address(
        &self,
        name: &'static str,
        default_port: Option<u16>,
        found: Option<Address>,
    ) -> Result<Option<Address>, InvalidSetting> {
        if self.is_off(name) {
            return Ok(None);
        }
        let given = self.read(name, |text| Address::parse(text, default_port))?;
        Ok(given.or(found))
    }

    pub(super) fn is_off(&self, name: &'static str) -> bool {
        self.text(name).map(str::trim) == Some(OFF)
    }
}

/// Returns the sources that may be used.
pub(super) fn allowed_sources(given: &Given) -> Result<BTreeSet<SourceKind>, InvalidSetting> {
    let read = |text: &str| {
        let names = text.split(',').map(str::trim);
        let kinds = names.map(|name| {
            let is_named = |kind: &SourceKind| kind.name() == name;
            SourceKind::ALL.into_iter().find(is_named)
        });
        kinds.collect::<Option<BTreeSet<_>>>().ok_or(
            "it must be a list of management, log, rcon, query and ping, separated by commas",
        )
    };
    let given = given.read("sources", read)?;
    Ok(given.unwrap_or_else(|| SourceKind::ALL.into_iter().collect()))
}

/// Returns how the management protocol is spoken, if it is a source.
pub(super) fn management(
    given: &Given,
    found: &mut Found,
    is_allowed: bool,
) -> Result<Option<ManagementSettings>, InvalidSetting> {
    let secret = given.text("management_secret").map(Secret::new);
    let pinned = given
        .read("management_fingerprint", str::parse::<Fingerprint>)?
        .map(Tls::Fingerprint);
    if given.is_off("management") || !is_allowed {
        return Ok(None);
    }
    let address = given.text("management").map(str::to_owned);
    let is_given = address.is_some();
    let Some(address) = address.or_else(|| found.management_address.clone()) else {
        return Ok(None);
    };
    let Some(secret) = secret.or_else(|| found.management_secret()) else {
        let why = "the management protocol is not used: management_secret is missing; a server writes it to server.properties, as management-server-secret, when it first starts";
        found.complaints.push(why.to_owned());
        return Ok(None);
    };
    match ManagementSettings::new(&address, secret, pinned) {
        Ok(management) => Ok(Some(management)),
        Err(why) if is_given => Err(invalid("management", Some(&address), &why)),
        Err(why) => {
            found.complaints.push(format!(
                "the management protocol is not used: management-server-host and -port in server.properties give the address {address:?}, but {why}"
            ));
            Ok(None)
        }
    }
}

/// Returns how RCON is asked, if it is a source.
pub(super) fn rcon(
    given: &Given,
    found: &mut Found,
    is_allowed: bool,
) -> Result<Option<RconSettings>, InvalidSetting> {
    let address = found.rcon.as_ref().map(|rcon| rcon.address.clone());
    let address = given.address("rcon", Some(RCON_PORT), address)?;
    let Some(address) = address.filter(|_| is_allowed) else {
        return Ok(None);
    };
    let password = given.text("rcon_password").map(Secret::new);
    let Some(password) = password.or_else(|| found.rcon_password()) else {
        let why =
            "RCON is not used: rcon_password is missing; it is rcon.password in server.properties";
        found.complaints.push(why.to_owned());
        return Ok(None);
    };
    Ok(Some(RconSettings { address, password }))
}
