//! Which keys are accepted, compared with a naive model that searches everything that ever happened to them.

use oxeye_db::testing::TestStore;
use oxeye_db::{ApiKey, LinkCode, UnixSeconds};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::site::{DAY, GUILD, NOW, server_name};

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody asks for a code.
    Rotate,
    /// Somebody redeems one of the codes that were ever issued.
    Redeem(Index),
    /// A plugin reports with one of the keys that ever existed.
    Use(Index),
    /// The clock goes on, or is set back.
    Wait(i64),
    CleanUp,
    Restart,
    Disconnect,
    Link,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Rotate),
        4 => any::<Index>().prop_map(Step::Redeem),
        8 => any::<Index>().prop_map(Step::Use),
        3 => (0..700_i64).prop_map(Step::Wait),
        3 => (DAY - 700..DAY + 700).prop_map(Step::Wait),
        1 => (-40 * DAY..40 * DAY).prop_map(Step::Wait),
        2 => Just(Step::CleanUp),
        1 => Just(Step::Restart),
        1 => Just(Step::Disconnect),
        2 => Just(Step::Link),
    ]
}

/// What happened, in order. Keys and codes are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Issued(usize, i64),
    Linked(usize),
    Redeemed { code: usize, key: usize },
    Used(usize, i64),
    CleanedUp(i64),
    Disconnected,
}

#[derive(Debug, Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn is_linked(&self) -> bool {
        let link = |fact: &&Fact| matches!(fact, Fact::Linked(_) | Fact::Disconnected);
        let last = self.0.iter().rev().find(link);
        matches!(last, Some(Fact::Linked(_)))
    }

    /// Whether a code works.
    fn is_valid(&self, code: usize, now: i64) -> bool {
        let issued = |fact: &Fact| matches!(fact, Fact::Issued(of, _) if *of == code);
        let since = self.0.iter().position(issued).unwrap();
        let Fact::Issued(_, at) = self.0[since] else {
            return false;
        };
        let expires_at = at + 600;
        let fits = |now: i64| expires_at > now && expires_at <= now + 600 + 30;
        fits(now)
            && self.0[since + 1..].iter().all(|fact| match fact {
                Fact::Disconnected => false,
                Fact::Redeemed { code: used, .. } => *used != code,
                // Whoever asks for a code has those deleted that are not valid then.
                Fact::Issued(_, at) => fits(*at),
                _ => true,
            })
    }

    /// Whether a key is accepted.
    fn is_accepted(&self, key: usize, now: i64) -> bool {
        let born = |fact: &Fact| match fact {
            Fact::Linked(of) | Fact::Redeemed { key: of, .. } => *of == key,
            _ => false,
        };
        let since = self.0.iter().position(born).unwrap();
        let mut is_used = matches!(self.0[since], Fact::Linked(_));
        let mut dies_at = i64::MAX;
        for (position, fact) in self.0.iter().enumerate().skip(since + 1) {
            match *fact {
                Fact::Disconnected => return false,
                Fact::Redeemed { .. } if !is_used || dies_at < i64::MAX => return false,
                Fact::Used(other, at) => {
                    is_used |= other == key;
                    let first = self
                        .0
                        .iter()
                        .position(|fact| matches!(fact, Fact::Used(of, _) if *of == other));
                    let is_rotated =
                        |fact: &Fact| matches!(fact, Fact::Redeemed { key, .. } if *key == other);
                    let replaces = self.0[since + 1..].iter().any(is_rotated);
                    if replaces && first == Some(position) {
                        dies_at = dies_at.min(at + DAY);
                    }
                }
                Fact::CleanedUp(at) if dies_at <= at => return false,
                Fact::CleanedUp(at) if dies_at < i64::MAX => dies_at = dies_at.min(at + DAY),
                _ => {}
            }
        }
        now < dies_at
    }
}

/// A store, what happened to it, and the clock.
struct World {
    store: TestStore,
    facts: Facts,
    codes: Vec<LinkCode>,
    keys: Vec<ApiKey>,
    now: i64,
}

impl World {
    fn at(&self) -> UnixSeconds {
        UnixSeconds(self.now)
    }

    async fn take(mut self, step: &Step) -> Self {
        match step {
            Step::Rotate => self.rotate().await,
            Step::Redeem(_) if self.codes.is_empty() => {}
            Step::Redeem(index) => self.redeem(index.index(self.codes.len())).await,
            Step::Use(_) if self.keys.is_empty() => {}
            Step::Use(index) => self.use_key(index.index(self.keys.len())).await,
            Step::Wait(seconds) => self.now += seconds,
            Step::CleanUp => {
                self.store
                    .delete_replaced_keys(self.at(), true)
                    .await
                    .unwrap();
                self.facts.0.push(Fact::CleanedUp(self.now));
            }
            Step::Restart => {
                let now = self.at();
                self.store = self.store.restarted(now).await;
            }
            Step::Disconnect => self.disconnect().await,
            Step::Link if self.facts.is_linked() => {}
            Step::Link => {
                let (_, key) = self.store.link(GUILD, "survival", self.at()).await;
                self.facts.0.push(Fact::Issued(usize::MAX, self.now));
                self.facts.0.push(Fact::Linked(self.keys.len()));
                self.keys.push(key);
            }
        }
        self
    }

    async fn rotate(&mut self) {
        let Some((server, _)) = self.store.find_server(GUILD, &server_name("survival")) else {
            return;
        };
        let issued = self.store.rotate_key(server, self.at()).await;
        assert_eq!(issued.is_ok(), self.facts.is_linked());
        let number = match issued {
            Ok(issued) => {
                self.codes.push(issued.code);
                self.codes.len() - 1
            }
            Err(_) => usize::MAX,
        };
        self.facts.0.push(Fact::Issued(number, self.now));
    }

    async fn redeem(&mut self, code: usize) {
        let redeemed = self
            .store
            .redeem_link_code(&self.codes[code], self.at())
            .await;
        let is_valid = self.facts.is_valid(code, self.now);
        assert_eq!(redeemed.is_ok(), is_valid, "code {code} at {}", self.now);
        if let Ok(redeemed) = redeemed {
            let key = self.keys.len();
            self.facts.0.push(Fact::Redeemed { code, key });
            self.keys.push(redeemed.api_key);
        }
    }

    async fn use_key(&mut self, key: usize) {
        let is_accepted = self.facts.is_accepted(key, self.now);
        let used = self.store.use_key(&self.keys[key], self.at()).await;
        assert_eq!(used.is_some(), is_accepted, "key {key} at {}", self.now);
        if is_accepted {
            self.facts.0.push(Fact::Used(key, self.now));
        }
    }

    async fn disconnect(&mut self) {
        if !self.facts.is_linked() {
            return;
        }
        let found = self.store.find_server(GUILD, &server_name("survival"));
        let disconnected = self.store.disconnect(found.unwrap().0, self.at()).await;
        disconnected.unwrap();
        self.facts.0.push(Fact::Disconnected);
    }

    /// Every key is accepted exactly when the model says so, now and around the end of the grace, and all that are
    /// accepted are of one link.
    fn check(&self) {
        for after in [0, 1, 3_600, DAY - 1, DAY, 2 * DAY] {
            let now = self.now + after;
            let mut reporters = Vec::new();
            for (key, secret) in self.keys.iter().enumerate() {
                let accepted = self.store.authenticate(secret, UnixSeconds(now));
                let expected = self.facts.is_accepted(key, now);
                assert_eq!(
                    accepted.is_some(),
                    expected,
                    "key {key} at {now}: {:?}",
                    self.facts
                );
                reporters.extend(accepted.map(|server| server.reporter));
            }
            assert!(reporters.windows(2).all(|two| two[0] == two[1]));
            assert!(reporters.len() <= 2, "{} keys work", reporters.len());
            assert_eq!(reporters.is_empty(), !self.facts.is_linked());
        }
    }
}

/// Returns a small number of cases, since each writes a file to disk; the nightly script sets many more.
fn config() -> ProptestConfig {
    let cases = option_env!("OXEYE_FILE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(60),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_key_is_accepted_exactly_when_the_naive_model_says_so(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World {
                store: TestStore::new(NOW),
                facts: Facts::default(),
                codes: Vec::new(),
                keys: Vec::new(),
                now: NOW.0,
            };
            world = world.take(&Step::Link).await;
            for step in &steps {
                world = world.take(step).await;
                world.check();
            }
        });
    }
}
