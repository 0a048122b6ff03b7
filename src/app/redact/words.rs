//! The words that identify nobody: what loggers, databases, HubSpot and the worker say in every
//! log. A word that is also a common name (will, mark, grant, page, max …) is not among them.

use std::collections::HashSet;

use crate::model::Field;
use crate::model::Label;
use crate::model::Profile;

const WORDS: &str = "
    a able about active active_job activejob activerecord add added adding after already an and
    api app applying archived are args arguments as assign assigned assigning associate
    associated associating association associations at attempt attempting attempts attested
    audit audited audits back background backtrace basicapi batch be been before began begin
    belongs between bind body bound broken by bytes call called calling can cannot cause change
    changed changes changing class cleared code column commit committed completed concurrency
    conflict connection contact contacts contained content continuing corrupt could count create
    created created_at creating credentialing credentialing_status credentialings credtrail
    critical crm cron ctx data database db debug default defined deflate delete deleted deleting
    denied description destroy detail did didn directory docker done drop dry duplicate duration
    ecs elapsed empty end ended enqueued enqueued_at entry enum env environment error
    error_class error_message errors event events evt exception execute executed expected
    expired export fail failed failing fails failure false fatal fetch field fields file finally
    finish finished for format found frame from fromobjectid fromobjecttypeid future gateway get
    gid going gzip had has have header headers heartbeat hit host hostname hosts http https
    hub_spot hubapi hubspot id ids in info init insert instance internal into invalid is issue
    it item_id item_type its jid job job_class job_id jobs json key kind known kubernetes label
    labels latency level limit limited line lines log logger lost lvl many message metadata
    method missing module ms msg must name namespace near new nil no none noop not nothing
    notice null number object object_changes object_id object_type objects of off ok old on one
    only open or os out outside over parameters params parse patch payload perform performed
    performing permission pid pino pod pool previous previous_value process processor production
    profile progname properties property propertyname put queue queued rails raised rake rate
    ratelimit read ready received record records refused rejected release removal remove removed
    removes removing replaced request request_id requests response result retries
    retries_exhausted retry retry_count retrying return returned role rollback rolled rolling
    row rows ruby run running runs sampled savepoint sec seconds select semantic server service
    set sets setting severity should sidekiq size skip skipped skipping source span sql stack
    start started starting state statement status stderr stdin stdout step steps stop stopped
    stream string subject succeeded success such table tag tags task text than that the their
    then therapist therapist_id therapists this thread tid time timed timeout timestamp to too
    toobjectid toobjecttypeid took total trace transaction true truncated try trying ts type
    unable unattested unexpected unique unknown unnamed unprocessable until update updated
    updated_at updating url user utc v3 v4 valid validation value values version versions
    violates warn warning was were where which while whodunnit with without worker workers would
    write writing written wrong xml yet
";

/// Words that are names too and are kept only as they are shouted.
const SHOUTED: &str = "D E F I W POST GET HEAD OPTIONS LOG HINT CONTEXT STATEMENT TRACE UNKNOWN";

/// What loggers and Ruby write with letters of both sizes.
const CAMEL: &str = "
    ActiveRecord ActiveJob ActionController RecordInvalid RecordNotUnique RecordNotFound
    StandardError RuntimeError ArgumentError NoMethodError ApiError BasicApi Faraday TimeoutError
    ConnectionFailed TooManyRequests TooManyRequestsError RateLimitError RateLimitExceeded
    Timeout NetReadTimeout NetOpenTimeout ReadTimeout OpenTimeout Interrupt Shutdown
    JobRetry PG UniqueViolation StatementInvalid Deadlocked LockWaitTimeout SocketError
    UnprocessableEntity ServerError ClientError HubSpot Sidekiq
";

/// The words that may stay.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    common: HashSet<&'static str>,
    exact: HashSet<String>,
}

impl Vocabulary {
    /// The fixed words and those of a profile: its names for things, never for people.
    pub(super) fn of(profile: &Profile) -> Self {
        let fixed = SHOUTED.split_whitespace().chain(CAMEL.split_whitespace());
        let mut exact: HashSet<String> = fixed.map(str::to_owned).collect();
        let fields = Field::ALL.map(|field| profile.field_name(field));
        let labels = Label::ALL.map(|label| profile.label_name(label));
        let own = [
            &profile.worker,
            &profile.therapist_class,
            &profile.therapist_table,
            &profile.object_noun,
            &profile.hubspot.status_property,
        ];
        let own = own.into_iter().chain(&profile.therapist_keys).map(String::as_str);
        for name in own.chain(fields).chain(labels) {
            let words = name.split(|c: char| !c.is_alphanumeric() && c != '_');
            exact.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
        Self { common: WORDS.split_whitespace().collect(), exact }
    }

    /// Whether a word may stay in the text of a line: it is known, or put together of known ones.
    pub(super) fn has(&self, word: &str) -> bool {
        self.has_exactly(word)
            || word.contains('_')
                && word.split('_').any(|part| !part.is_empty())
                && word.split('_').all(|part| part.is_empty() || self.has_exactly(part))
    }

    /// Whether a word may stay in an address, where any word can be somebody's.
    pub(super) fn has_in_address(&self, word: &str) -> bool {
        matches!(word, "http" | "https" | "gid") || self.exact.contains(word)
    }

    fn has_exactly(&self, word: &str) -> bool {
        if self.exact.contains(word) || self.common.contains(word) {
            return true;
        }
        let has_upper = word.bytes().any(|byte| byte.is_ascii_uppercase());
        has_upper && self.common.contains(word.to_ascii_lowercase().as_str())
    }
}
