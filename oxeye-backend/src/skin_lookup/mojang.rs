//! The requests: a profile from the session server, and a skin from the texture host, each within limits and without
//! redirects.

use std::time::Duration;

use oxeye_db::NewSkin;
use oxeye_render::Skin;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use uuid::Uuid;

use super::profile::{self, Profile};
use super::trouble::Trouble;
use crate::answer_body;

/// Mojang's session server.
const MOJANG: &str = "https://sessionserver.mojang.com";

/// Mojang's texture host. Skins are fetched from nowhere else, and always over HTTPS.
const MOJANG_TEXTURES: &str = "https://textures.minecraft.net";

/// Largest profile that is read, in bytes. Real ones have about 1 KiB.
const MAX_PROFILE_BYTES: usize = 64 * 1024;

/// Where we stop reading a skin, in bytes.
const MAX_TEXTURE_BYTES: usize = 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a whole answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Mojang, or a stand-in for it.
#[derive(Debug)]
pub(super) struct Mojang {
    client: Client,
    /// The session server, without a slash at the end.
    base: String,
    /// The only place from which skins are fetched: Mojang's texture host, or the stand-in itself.
    textures: Url,
}

impl Mojang {
    /// Prepares requests to Mojang's session server, or to a stand-in.
    pub(super) fn at(base: &Url) -> reqwest::Result<Self> {
        Self::with_timeout(base, ANSWER_TIMEOUT)
    }

    pub(super) fn with_timeout(base: &Url, timeout: Duration) -> reqwest::Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Oxeye/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            .build()?;
        Ok(Self {
            client,
            textures: texture_host(base),
            base: base.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the skin of an account; `None` if there is no such account, or it has no skin that can be used.
    pub(super) async fn skin_of(&self, account: Uuid) -> Result<Option<NewSkin>, Trouble> {
        let Some(profile) = self.profile(account).await? else {
            return Ok(None);
        };
        let url = match profile::read(&profile, account) {
            Profile::SkinAt(url) => texture_url(&self.textures, &url),
            Profile::NoSkin => None,
            Profile::Other => return Err(Trouble::NotAProfile),
        };
        match url {
            Some(url) => Ok(decode(self.texture(url).await?).await),
            None => Ok(None),
        }
    }

    async fn profile(&self, account: Uuid) -> Result<Option<Vec<u8>>, Trouble> {
        let account = account.simple();
        let url = format!("{}/session/minecraft/profile/{account}", self.base);
        let response = self.client.get(url).send().await?;
        match response.status() {
            StatusCode::OK => {
                let body = answer_body::read(response, MAX_PROFILE_BYTES).await?;
                body.map(Some).ok_or(Trouble::NotAProfile)
            }
            // Mojang answers 400 to a UUID that cannot be that of an account.
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => Ok(None),
            _ => Err(refusal(&response)),
        }
    }

    async fn texture(&self, url: Url) -> Result<Option<Vec<u8>>, Trouble> {
        let response = self.client.get(url).send().await?;
        let status = response.status();
        if status == StatusCode::OK {
            Ok(answer_body::read(response, MAX_TEXTURE_BYTES).await?)
        } else if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            Err(refusal(&response))
        } else {
            Ok(None)
        }
    }
}

/// Returns the only place from which skins are fetched.
fn texture_host(base: &Url) -> Url {
    let is_mojang = |mojang: &Url| mojang.host() == base.host();
    let mojang = Url::parse(MOJANG).ok().filter(is_mojang);
    let textures = mojang.and_then(|_| Url::parse(MOJANG_TEXTURES).ok());
    textures.unwrap_or_else(|| base.clone())
}

/// Returns the URL of a skin with the scheme of the texture host; `None` if it is anywhere else.
fn texture_url(textures: &Url, url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_there = url.host() == textures.host() && url.port() == textures.port();
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !(is_web && is_there && is_plain) {
        return None;
    }
    url.set_scheme(textures.scheme()).ok()?;
    Some(url)
}

fn refusal(response: &Response) -> Trouble {
    let retry_after = response.headers().get(RETRY_AFTER);
    let seconds = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Trouble::Status {
        status: response.status().as_u16(),
        retry_after: seconds.map(Duration::from_secs),
    }
}

/// Decodes a skin on a blocking thread; returns `None` if it is not one.
async fn decode(png: Option<Vec<u8>>) -> Option<NewSkin> {
    let png = png?;
    let decode = move || Skin::decode(&png).ok().map(|skin| NewSkin::from(&skin));
    tokio::task::spawn_blocking(decode).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, url: &str, expected: Option<&str>) {
        let textures = texture_host(&Url::parse(base).unwrap());
        let found = texture_url(&textures, url).map(String::from);
        assert_eq!(found.as_deref(), expected, "{url}");
    }

    #[test]
    fn skins_come_from_mojangs_texture_host_over_https() {
        let skin = "https://textures.minecraft.net/texture/7fd9";
        check(
            MOJANG,
            "http://textures.minecraft.net/texture/7fd9",
            Some(skin),
        );
        check(MOJANG, skin, Some(skin));
        for elsewhere in [
            "http://sessionserver.mojang.com/texture/7fd9",
            "http://textures.minecraft.net.example/texture/7fd9",
            "http://textures.minecraft.net:8080/texture/7fd9",
            "http://textures.minecraft.net@127.0.0.1/texture/7fd9",
            "http://user:password@textures.minecraft.net/texture/7fd9",
            "http://127.0.0.1/texture/7fd9",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "ftp://textures.minecraft.net/texture/7fd9",
            "data:image/png;base64,AAAA",
            "//textures.minecraft.net/texture/7fd9",
            "",
        ] {
            check(MOJANG, elsewhere, None);
        }
    }

    #[test]
    fn a_stand_in_serves_its_own_skins_and_nobody_elses() {
        let stand_in = "http://127.0.0.1:8123/mojang";
        let skin = "http://127.0.0.1:8123/texture/7fd9";
        check(stand_in, skin, Some(skin));
        check(stand_in, "https://127.0.0.1:8123/texture/7fd9", Some(skin));
        check(stand_in, "http://127.0.0.1:8124/texture/7fd9", None);
        check(stand_in, "http://127.0.0.1/texture/7fd9", None);
        check(stand_in, "http://localhost:8123/texture/7fd9", None);
        check(stand_in, "http://textures.minecraft.net/texture/7fd9", None);
        let mirror = "https://mirror.example";
        let upgraded = Some("https://mirror.example/a");
        check(mirror, "http://mirror.example/a", upgraded);
    }
}
