//! Links between members and players, exported and imported elsewhere.

use oxeye_db::{LinkedMember, PortableRecord, UnixSeconds};

use crate::namesakes::{EARLIER, FIRST, SECOND, TAKER, with_a_taker, with_two_accounts};
use crate::site::{NOW, Site};

/// Returns the records of a store, as it exports them.
async fn exported(site: &Site) -> Vec<PortableRecord> {
    let mut export = site.database.export();
    let mut records = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.unwrap());
    }
    records
}

async fn links(site: &Site) -> Vec<LinkedMember> {
    site.database.linked_members(None).await.unwrap()
}

#[tokio::test]
async fn two_members_of_one_name_are_exported_and_imported_each_with_their_account() {
    for (site, account) in [
        (with_a_taker().await, None),
        (with_two_accounts().await.0, Some(FIRST)),
    ] {
        let links_before = links(&site).await;
        let accounts: Vec<_> = links_before
            .iter()
            .map(|link| (link.user, link.account))
            .collect();
        assert_eq!(accounts.len(), 2);
        assert!(accounts.contains(&(EARLIER, account)));
        assert!(accounts.contains(&(TAKER, Some(SECOND))));
        let other = Site::new();
        let records = exported(&site).await;

        let imported = other.database.import(records.clone(), None, NOW).await;

        let imported = imported.unwrap();
        assert_eq!((imported.skipped, imported.ambiguous_members), (0, 0));
        assert_eq!(links(&other).await, links_before);
        for user in [EARLIER, TAKER] {
            assert_eq!(other.began(user).await, site.began(user).await);
        }
        let again = other.database.import(records, None, NOW).await.unwrap();
        assert_eq!(again.added, 0);
    }
}

#[tokio::test]
async fn a_link_that_is_imported_without_an_account_is_of_the_one_that_had_the_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Robin", FIRST, NOW.0 - 900).await;
    site.is_player(EARLIER, "Robin").await.unwrap();
    let later = UnixSeconds(NOW.0 + 60);
    site.stay_as(server, "Robin", SECOND, later.0).await;
    let mut records = exported(&site).await;
    for record in &mut records {
        if let PortableRecord::LinkedMember(member) = record {
            member.account = None;
        }
    }
    let other = Site::new();

    let imported = other.database.import(records.clone(), None, later).await;
    let again = other.database.import(records, None, later).await;

    assert_eq!(imported.unwrap().ambiguous_members, 1);
    assert_eq!(again.unwrap().ambiguous_members, 0);
    assert_eq!(links(&other).await, links(&site).await);
    assert_eq!(links(&other).await[0].account, Some(FIRST));
}

#[tokio::test]
async fn links_without_accounts_of_two_members_of_one_name_are_counted_both() {
    let (site, _) = with_two_accounts().await;
    let mut records = exported(&site).await;
    for record in &mut records {
        if let PortableRecord::LinkedMember(member) = record {
            member.account = None;
        }
    }
    let other = Site::new();

    let imported = other.database.import(records, None, NOW).await.unwrap();

    let links = links(&other).await;
    assert_eq!((links.len(), imported.ambiguous_members), (2, 2));
    assert_ne!(links[0].account, links[1].account);
}
