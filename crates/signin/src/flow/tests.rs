//! The journey as tables: what is asked and known, and the step that follows.

use model::{SessionId, UserId};

use super::{Standing::*, *};

const ANNA: SessionId = SessionId::new([1; 16]);
const BUDI: SessionId = SessionId::new([2; 16]);

fn account(session: SessionId, standing: Standing) -> Account {
    let (number, name) = if session == ANNA { (1, "anna") } else { (2, "budi") };
    let user = UserId::new(uuid::Uuid::from_u128(number));
    Account { session, user, username: name.to_owned(), standing }
}

fn asked(words: &str) -> Asked {
    let has = |word: &str| words.split(' ').any(|part| part == word);
    let name = words.split(' ').find_map(|word| word.strip_prefix("hint="));
    let person = words.split(' ').find_map(|word| word.strip_prefix("person="));
    let person = person.map(|number| {
        Hint::Person(number.parse().ok().map(|number| UserId::new(uuid::Uuid::from_u128(number))))
    });
    Asked {
        silently: has("none"),
        sign_in: has("login"),
        choose: has("select_account"),
        hint: person.or_else(|| name.map(|name| Hint::Username(name.to_owned()))),
    }
}

fn number(step: &Step) -> u32 {
    let Step::Impossible(refusal) = step else { panic!("{step:?} is not a refusal") };
    refusal.number()
}

fn sign_in(username: Option<&str>) -> Step {
    Step::SignIn { username: username.map(str::to_owned) }
}

#[test]
fn who_goes_on_follows_from_the_accounts_and_the_request() {
    // One row per case: the request, the accounts, and who or what.
    let anna = [account(ANNA, Fits)];
    let old = [account(ANNA, Stale)];
    let both = [account(ANNA, Fits), account(BUDI, Fits)];
    let one_fits = [account(ANNA, Stale), account(BUDI, Fits)];
    let rows: [(&str, &[Account], Result<SessionId, Step>); 18] = [
        ("", &[], Err(sign_in(None))),
        ("hint=anna", &[], Err(sign_in(Some("anna")))),
        ("", &anna, Ok(ANNA)),
        ("", &old, Err(sign_in(None))),
        ("", &both, Err(Step::ChooseAccount)),
        ("", &one_fits, Ok(BUDI)),
        ("hint=BUDI", &both, Ok(BUDI)),
        ("hint=carl", &both, Err(sign_in(Some("carl")))),
        ("login", &anna, Err(sign_in(None))),
        ("select_account", &anna, Err(Step::ChooseAccount)),
        ("select_account", &old, Err(Step::ChooseAccount)),
        ("select_account", &[], Err(sign_in(None))),
        ("none", &anna, Ok(ANNA)),
        ("none hint=budi", &both, Ok(BUDI)),
        ("none", &one_fits, Ok(BUDI)),
        ("none person=1", &both, Ok(ANNA)),
        ("person=2", &both, Ok(BUDI)),
        ("person=3", &both, Err(sign_in(None))),
    ];
    for (words, accounts, expected) in rows {
        assert_eq!(person(&asked(words), accounts, &Progress::default()), expected, "{words}");
    }
}

#[test]
fn a_silent_request_is_refused_where_somebody_would_have_to_be_asked() {
    // R14: nobody there, nobody that fits, somebody else than hinted, several, and a session that
    // was ended from elsewhere.
    let both = [account(ANNA, Fits), account(BUDI, Fits)];
    let old = [account(ANNA, Stale)];
    let else_ = [account(ANNA, SomebodyElse)];
    let ended = [account(ANNA, Withdrawn)];
    let rows: [(&str, &[Account], u32); 9] = [
        ("none", &[], 50_058),
        ("none", &old, 88_000_096),
        ("none", &else_, 88_000_098),
        ("none hint=carl", &both, 160_021),
        ("none", &both, 88_000_095),
        ("none person=3", &both, 16_002),
        ("none", &ended, 50_132),
        ("none hint=carl", &ended, 160_021),
        ("none person=", &both, 160_021),
    ];
    for (words, accounts, expected) in rows {
        let step = person(&asked(words), accounts, &Progress::default()).expect_err("refused");
        assert_eq!(number(&step), expected, "{words}");
    }
}

#[test]
fn a_choice_holds_only_while_its_session_does() {
    // Chooses an account, with its session fitting, not fitting, and gone.
    let progress =
        Progress { session: Some(ANNA), username: Some("anna".to_owned()), ..Progress::default() };
    let both = [account(ANNA, Fits), account(BUDI, Fits)];
    assert_eq!(person(&asked("select_account"), &both, &progress), Ok(ANNA));
    assert_eq!(person(&asked("login"), &both, &progress), Ok(ANNA));
    for accounts in [&[account(ANNA, Stale), account(BUDI, Fits)][..], &[account(BUDI, Fits)]] {
        let step = person(&asked(""), accounts, &progress);
        assert_eq!(step, Err(sign_in(Some("anna"))));
    }
}

#[test]
fn somebody_else_than_the_app_means_is_told_to_the_app() {
    // R14: signs in as a person that the request is not about, and only has such a session.
    let accounts = [account(ANNA, SomebodyElse)];
    let progress = Progress { session: Some(ANNA), signed_in: true, ..Progress::default() };
    let step = person(&asked(""), &accounts, &progress).expect_err("refused");
    assert_eq!(number(&step), 88_000_098);
    assert_eq!(person(&asked(""), &accounts, &Progress::default()), Err(sign_in(None)));
}

#[test]
fn another_account_means_to_sign_in() {
    // Says so on the page that offers two accounts.
    let both = [account(ANNA, Fits), account(BUDI, Fits)];
    let progress = Progress { other_account: true, ..Progress::default() };
    assert_eq!(person(&asked("select_account"), &both, &progress), Err(sign_in(None)));
}

#[test]
fn staying_is_asked_once_and_before_consent() {
    // Walks through a sign-in with missing consent: stay, consent, done.
    let missing = || Permission::Missing { client: "App".to_owned(), scopes: "read".to_owned() };
    let mut progress = Progress { session: Some(ANNA), signed_in: true, ..Progress::default() };
    let step = onwards(ANNA, &asked(""), missing(), &progress);
    assert_eq!(step, Step::StaySignedIn(ANNA));
    progress.stay_answered = true;
    assert_eq!(onwards(ANNA, &asked(""), missing(), &progress), Step::Consent(ANNA));
    assert_eq!(onwards(ANNA, &asked(""), Permission::Given, &progress), Step::Done(ANNA));
}

#[test]
fn a_session_from_before_is_not_asked_to_stay() {
    // The browser was signed in already: nothing but the answer is left.
    let step = onwards(ANNA, &asked(""), Permission::Given, &Progress::default());
    assert_eq!(step, Step::Done(ANNA));
}

#[test]
fn missing_consent_ends_a_silent_request() {
    // R14: the same state with and without prompt=none.
    let missing = || Permission::Missing { client: "App".to_owned(), scopes: "read".to_owned() };
    let step = onwards(ANNA, &asked("none"), missing(), &Progress::default());
    assert_eq!(number(&step), 65_001);
    let step = onwards(ANNA, &asked(""), missing(), &Progress::default());
    assert_eq!(step, Step::Consent(ANNA));
}

#[test]
fn what_only_an_administrator_may_allow_is_never_asked() {
    // An impossible permission is the refusal itself, silent or not.
    for words in ["", "none"] {
        let impossible = Permission::Impossible(refusal::nobody_signed_in());
        let step = onwards(ANNA, &asked(words), impossible, &Progress::default());
        assert_eq!(number(&step), 50_058);
    }
}
