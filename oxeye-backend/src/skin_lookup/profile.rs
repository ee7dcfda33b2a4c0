//! What the session server says about an account: a profile with a property in base 64, which names the skin's URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use uuid::Uuid;

/// What a profile says about the skin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// The URL of the skin, which must be checked before it is used.
    SkinAt(String),
    /// The account has no skin of its own, or the profile does not say it in a way that we understand.
    NoSkin,
    /// This is not the profile of the account.
    Other,
}

/// Reads the profile of an account.
pub(super) fn read(body: &[u8], account: Uuid) -> Profile {
    match serde_json::from_slice::<ProfileBody>(body) {
        Ok(profile) if profile.id == account => {
            skin_url(&profile).map_or(Profile::NoSkin, Profile::SkinAt)
        }
        _ => Profile::Other,
    }
}

fn skin_url(profile: &ProfileBody) -> Option<String> {
    let mut properties = profile.properties.iter();
    let property = properties.find(|property| property.name == "textures")?;
    let json = STANDARD.decode(&property.value).ok()?;
    let property: TexturesProperty = serde_json::from_slice(&json).ok()?;
    Some(property.textures.skin?.url)
}

#[derive(Debug, Deserialize)]
struct ProfileBody {
    id: Uuid,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Debug, Deserialize)]
struct Property {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct TexturesProperty {
    textures: Textures,
}

#[derive(Debug, Deserialize)]
struct Textures {
    #[serde(rename = "SKIN")]
    skin: Option<Texture>,
}

#[derive(Debug, Deserialize)]
struct Texture {
    url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

    fn with_textures(textures: &str) -> String {
        let value = STANDARD.encode(textures);
        format!(
            r#"{{"id": "853c80ef3c3749fdaa49938b674adae6", "name": "jeb_", "profileActions": [],
                "properties": [{{"name": "textures", "value": "{value}"}}]}}"#
        )
    }

    #[track_caller]
    fn check(body: &str, expected: &Profile) {
        assert_eq!(read(body.as_bytes(), ACCOUNT), *expected, "{body}");
    }

    #[test]
    fn the_url_of_the_skin_is_found() {
        let url = "http://textures.minecraft.net/texture/7fd9";
        let skin = format!(
            r#"{{"timestamp": 1, "profileName": "jeb_", "textures": {{"CAPE": {{"url": "http://c"}},
                "SKIN": {{"url": "{url}", "metadata": {{"model": "slim"}}}}}}}}"#
        );
        check(&with_textures(&skin), &Profile::SkinAt(url.to_owned()));
    }

    #[test]
    fn an_account_may_have_no_skin() {
        check(&with_textures(r#"{"textures": {}}"#), &Profile::NoSkin);
        check(&with_textures("<html>"), &Profile::NoSkin);
        check(
            r#"{"id": "853c80ef3c3749fdaa49938b674adae6"}"#,
            &Profile::NoSkin,
        );
        let not_base64 = with_textures("{}").replace("value\": \"", "value\": \"%");
        check(&not_base64, &Profile::NoSkin);
    }

    #[test]
    fn what_is_not_the_profile_of_the_account_says_nothing_about_it() {
        for body in ["", "<html>", "[]", "{}", r#"{"error": "busy"}"#] {
            check(body, &Profile::Other);
        }
        let other = with_textures("{}").replace("853c", "953c");
        check(&other, &Profile::Other);
    }
}
