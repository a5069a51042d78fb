//! Tests of the flow as tables: requirements and accounts, and the step that follows.
//!
//! Ids such as R14 are rows of `docs/reference/hostile-inputs.md`.

use model::{SessionId, UserId};

use super::{SessionFit::*, *};

const ANNA: SessionId = SessionId::new([1; 16]);
const BUDI: SessionId = SessionId::new([2; 16]);

fn account(session: SessionId, session_fit: SessionFit) -> Account {
    let (number, name) = if session == ANNA { (1, "anna") } else { (2, "budi") };
    let user = UserId::new(uuid::Uuid::from_u128(number));
    Account { session, user, username: name.to_owned(), session_fit }
}

fn requirements(words: &str) -> Requirements {
    let has = |word: &str| words.split(' ').any(|part| part == word);
    let name = words.split(' ').find_map(|word| word.strip_prefix("hint="));
    let user = words.split(' ').find_map(|word| word.strip_prefix("user="));
    let user = user.map(|number| {
        Hint::User(number.parse().ok().map(|number| UserId::new(uuid::Uuid::from_u128(number))))
    });
    Requirements {
        prompt_none: has("none"),
        reauthenticate: has("login"),
        select_account: has("select_account"),
        confirm_for: has("confirm").then(|| "App".to_owned()),
        hint: user.or_else(|| name.map(|name| Hint::Username(name.to_owned()))),
    }
}

fn number(step: &Step) -> u32 {
    let Step::Refuse(refusal) = step else { panic!("{step:?} is not a refusal") };
    refusal.number()
}

fn sign_in(username: Option<&str>) -> Step {
    Step::SignIn { username: username.map(str::to_owned) }
}

#[test]
fn session_is_selected_by_the_accounts_and_the_request() {
    // One row per case: the request, the accounts, and the session or step.
    let anna = [account(ANNA, Usable)];
    let old = [account(ANNA, TooOld)];
    let other = [account(ANNA, OtherUser)];
    let weak = [account(ANNA, TooWeak)];
    let without_factor = [account(ANNA, NoSecondFactor)];
    let both = [account(ANNA, Usable), account(BUDI, Usable)];
    let one_usable = [account(ANNA, TooOld), account(BUDI, Usable)];
    let rows: [(&str, &[Account], Result<SessionId, Step>); 25] = [
        ("", &[], Err(sign_in(None))),
        ("hint=anna", &[], Err(sign_in(Some("anna")))),
        ("", &anna, Ok(ANNA)),
        ("", &old, Err(sign_in(Some("anna")))),
        ("", &both, Err(Step::ChooseAccount)),
        ("", &weak, Err(Step::SecondFactor(ANNA))),
        ("", &without_factor, Err(Step::SecondFactor(ANNA))),
        ("login", &weak, Err(sign_in(None))),
        ("", &one_usable, Ok(BUDI)),
        ("hint=BUDI", &both, Ok(BUDI)),
        ("hint=carl", &both, Err(sign_in(Some("carl")))),
        ("login", &anna, Err(sign_in(Some("anna")))),
        ("login", &both, Err(sign_in(None))),
        ("login hint=budi", &both, Err(sign_in(Some("budi")))),
        ("login user=2", &both, Err(sign_in(Some("budi")))),
        ("login", &other, Err(sign_in(None))),
        ("select_account", &anna, Err(Step::ChooseAccount)),
        ("select_account", &old, Err(Step::ChooseAccount)),
        ("select_account", &[], Err(sign_in(None))),
        ("none", &anna, Ok(ANNA)),
        ("none hint=budi", &both, Ok(BUDI)),
        ("none", &one_usable, Ok(BUDI)),
        ("none user=1", &both, Ok(ANNA)),
        ("user=2", &both, Ok(BUDI)),
        ("user=3", &both, Err(sign_in(None))),
    ];
    for (words, accounts, expected) in rows {
        assert_eq!(
            select_session(&requirements(words), accounts, &Progress::default()),
            expected,
            "{words}"
        );
    }
}

#[test]
fn prompt_none_is_refused_if_a_page_would_have_to_be_shown() {
    // R14: no session, none that is usable, one of another user, several, and a revoked session.
    let both = [account(ANNA, Usable), account(BUDI, Usable)];
    let old = [account(ANNA, TooOld)];
    let other = [account(ANNA, OtherUser)];
    let revoked = [account(ANNA, Revoked)];
    let rows: [(&str, &[Account], u32); 9] = [
        ("none", &[], 50_058),
        ("none", &old, 88_000_096),
        ("none", &other, 88_000_098),
        ("none hint=carl", &both, 160_021),
        ("none", &both, 88_000_095),
        ("none user=3", &both, 16_002),
        ("none", &revoked, 50_132),
        ("none hint=carl", &revoked, 160_021),
        ("none user=", &both, 160_021),
    ];
    for (words, accounts, expected) in rows {
        let step = select_session(&requirements(words), accounts, &Progress::default())
            .expect_err("refused");
        assert_eq!(number(&step), expected, "{words}");
    }
}

#[test]
fn chosen_account_is_used_only_while_its_session_is_usable() {
    // Chooses an account whose session is usable, too old, and deleted.
    let progress =
        Progress { session: Some(ANNA), username: Some("anna".to_owned()), ..Progress::default() };
    let both = [account(ANNA, Usable), account(BUDI, Usable)];
    assert_eq!(select_session(&requirements("select_account"), &both, &progress), Ok(ANNA));
    assert_eq!(select_session(&requirements("login"), &both, &progress), Ok(ANNA));
    for accounts in [&[account(ANNA, TooOld), account(BUDI, Usable)][..], &[account(BUDI, Usable)]]
    {
        let step = select_session(&requirements(""), accounts, &progress);
        assert_eq!(step, Err(sign_in(Some("anna"))));
    }
}

#[test]
fn sign_in_as_another_user_than_required_is_refused() {
    // R14: the session of another user was opened by this flow, and then by an earlier one.
    let accounts = [account(ANNA, OtherUser)];
    let progress = Progress { session: Some(ANNA), signed_in: true, ..Progress::default() };
    let step = select_session(&requirements(""), &accounts, &progress).expect_err("refused");
    assert_eq!(number(&step), 88_000_098);
    assert_eq!(
        select_session(&requirements(""), &accounts, &Progress::default()),
        Err(sign_in(None))
    );
}

#[test]
fn choosing_another_account_leads_to_sign_in() {
    // Chooses another account on the page with two accounts.
    let both = [account(ANNA, Usable), account(BUDI, Usable)];
    let progress = Progress { other_account: true, ..Progress::default() };
    assert_eq!(
        select_session(&requirements("select_account"), &both, &progress),
        Err(sign_in(None))
    );
}

#[test]
fn stay_signed_in_is_asked_once_and_before_consent() {
    // Runs a flow with missing consent: stay signed in, consent, done.
    let missing =
        || ConsentStatus::Required { client: "App".to_owned(), scopes: "read".to_owned() };
    let mut progress = Progress { session: Some(ANNA), signed_in: true, ..Progress::default() };
    let step = next_step(ANNA, &requirements(""), missing(), &progress);
    assert_eq!(step, Step::StaySignedIn(ANNA));
    progress.stay_answered = true;
    assert_eq!(next_step(ANNA, &requirements(""), missing(), &progress), Step::Consent(ANNA));
    assert_eq!(
        next_step(ANNA, &requirements(""), ConsentStatus::Granted, &progress),
        Step::Done(ANNA)
    );
}

#[test]
fn user_of_an_access_pass_is_led_on_and_not_asked_to_stay_signed_in() {
    // Runs a flow with a pass: the page after it, then done.
    let mut progress = Progress {
        session: Some(ANNA),
        signed_in: true,
        stay_answered: true,
        used_access_pass: true,
        ..Progress::default()
    };
    let granted = || ConsentStatus::Granted;
    let step = next_step(ANNA, &requirements(""), granted(), &progress);
    assert_eq!(step, Step::AfterAccessPass(ANNA));
    progress.used_access_pass = false;
    assert_eq!(next_step(ANNA, &requirements(""), granted(), &progress), Step::Done(ANNA));
}

#[test]
fn stay_signed_in_is_not_asked_for_an_existing_session() {
    // The browser was signed in already, so the flow is done.
    let step = next_step(ANNA, &requirements(""), ConsentStatus::Granted, &Progress::default());
    assert_eq!(step, Step::Done(ANNA));
}

#[test]
fn missing_consent_is_refused_with_prompt_none() {
    // R14: the same state with and without prompt=none.
    let missing =
        || ConsentStatus::Required { client: "App".to_owned(), scopes: "read".to_owned() };
    let step = next_step(ANNA, &requirements("none"), missing(), &Progress::default());
    assert_eq!(number(&step), 65_001);
    let step = next_step(ANNA, &requirements(""), missing(), &Progress::default());
    assert_eq!(step, Step::Consent(ANNA));
}

#[test]
fn consent_reserved_to_administrators_is_not_asked() {
    // Passes a refused consent. The step is that refusal, with and without prompt=none.
    for words in ["", "none"] {
        let refused = ConsentStatus::Refused(refusal::login_required_no_session());
        let step = next_step(ANNA, &requirements(words), refused, &Progress::default());
        assert_eq!(number(&step), 50_058);
    }
}

#[test]
fn user_confirms_once_unless_they_acted_on_a_page_of_this_flow() {
    // The owner of the redirect URI is not known: with a session from before, then after each act
    // of the user, then with prompt=none, which is refused whatever the progress is.
    let next = |words: &str, progress: &Progress| {
        next_step(ANNA, &requirements(words), ConsentStatus::Granted, progress)
    };
    let before = Progress { session: Some(ANNA), ..Progress::default() };
    assert_eq!(next("confirm", &before), Step::Confirm(ANNA));
    assert_eq!(next("", &before), Step::Done(ANNA));
    for acted in [
        Progress { confirmed: true, ..before.clone() },
        Progress { consented: true, ..before.clone() },
        Progress { signed_in: true, stay_answered: true, ..before },
    ] {
        assert_eq!(next("confirm", &acted), Step::Done(ANNA));
        assert_eq!(number(&next("confirm none", &acted)), 88_000_314);
    }
}
