package steps

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

// FailedUser is a user of a roster who was not created.
type FailedUser struct {
	Name, Why string
	Taken     bool // it exists, and is used only if the answers say so
}

// mostUsers is the most that an application may have to continue a roster in it.
const mostUsers = 200_000

// batchTask is a user to create.
type batchTask struct {
	at     int // among the members
	user   client.NewUser
	before journal.User // the record of the user; the zero value if there is none
}

// batchResult is the outcome of a task.
type batchResult struct {
	task     batchTask
	user     client.User
	created  bool
	doubtful bool // the user may exist all the same: the next run looks
	err      error
	rest     time.Duration // set instead of an outcome while the API asks for a pause
}

// batch creates the users of a roster, several at a time.
type batch struct {
	env   Env
	s     Session
	w     task.Runner
	reuse bool

	limiter limiter
	results chan batchResult // to the goroutine of the step, which reports

	mu     sync.Mutex
	admin  redact.Secret
	signed time.Time

	created []Member              // and not saved in the journal yet
	failed  map[string]FailedUser // by their names
	first   error                 // the first failure
}

func (b *batch) run(ctx context.Context, open []batchTask, members []Member) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	b.results = make(chan batchResult)
	go func() {
		defer close(b.results)
		var workers errgroup.Group
		workers.SetLimit(atOnce)
		for _, task := range open {
			workers.Go(func() error {
				if running.Err() == nil {
					b.results <- b.create(running, task)
				}
				return nil
			})
		}
		_ = workers.Wait() // each result has its own error
	}()
	m := task.NewMeter(b.w, "create "+words.Counted(len(open), "user"), len(open))
	doubtful, stopped := b.collect(running, stop, m, members)
	b.created = nil
	for _, task := range open { // again, in the order given: they were recorded as they were done
		if m := members[task.at]; m.User.Exists {
			b.created = append(b.created, m)
		}
	}
	if b.save() {
		b.forget(open, members, doubtful)
	}
	m.End(running.Err() != nil)
	if stopped != nil {
		return stopped
	}
	return context.Cause(ctx)
}

// enoughRefused is how many refusals before the first success stop the batch.
const enoughRefused = 20

// collect takes the results on the step's goroutine. It returns the names of users who may exist, and the failure
// that stopped the batch.
func (b *batch) collect(ctx context.Context, stop func(), m *task.Meter, members []Member) (doubtful map[string]bool, stopped error) {
	doubtful = map[string]bool{}
	saveAfter := max(50, m.Total/20)
	refused := 0 // otherwise than because the name is taken, which says nothing about the next
	for result := range b.results {
		if result.doubtful {
			doubtful[result.task.user.Name] = true
		}
		switch {
		case result.rest > 0:
			m.Pause(result.rest)
		case result.err == nil:
			member := Member{User: User{User: result.user, Exists: true, Created: result.created}}
			members[result.task.at] = member
			b.created = append(b.created, member)
			m.Add(1, 0)
		case ctx.Err() != nil: // it was stopped, and is looked for by the next run
		default:
			b.fail(result)
			if !isTaken(result.err) {
				refused++
			}
			if hopeless(result.err) || m.Done == 0 && refused >= enoughRefused {
				// The others would fail too. Not the cause of ctx: all their errors would wrap it.
				stopped = result.err
				stop()
			}
			m.Add(0, 1)
		}
		if len(b.created) >= saveAfter {
			b.save()
		}
	}
	return doubtful, stopped
}

func (b *batch) save() bool {
	err := b.s.noteMembers(b.w.Now(), b.created...)
	b.w.WarnOf("record the users", err)
	b.created = nil
	return err == nil
}

func (b *batch) forget(open []batchTask, members []Member, doubtful map[string]bool) {
	gone := map[string]bool{}
	for _, task := range open {
		if !members[task.at].User.Exists && !doubtful[task.user.Name] {
			gone[task.user.Name] = true
		}
	}
	b.w.WarnOf("record the users", b.s.entry(b.w.Now()).RemoveUsers(gone))
}

// shownFailures is how many failures a screen lists; the rest is counted.
const shownFailures = 20

func (b *batch) fail(result batchResult) {
	why := advice.For(result.err).What
	name := result.task.user.Name
	b.failed[name] = FailedUser{Name: name, Why: why, Taken: isTaken(result.err) && !result.doubtful}
	if b.first == nil {
		b.first = result.err
	}
	what := "create " + name
	if b.env.Brief && len(b.failed) > shownFailures {
		b.env.log().Info("work", "step", UserStep, "what", redact.Printable(what), "state", task.Warned.String(), "note", why)
		return
	}
	b.w.Warn(what, why)
}

func (b *batch) create(ctx context.Context, task1 batchTask) batchResult {
	tries := 0
	user, err := task.CreateOnce(ctx, task.Creation[client.User]{
		What: "user", Ours: b.s.exclusive(),
		Create: func(ctx context.Context) (client.User, error) {
			tries++
			return b.post(ctx, task1.user)
		},
		Find: func(ctx context.Context) (client.User, bool, error) {
			found, err := b.find(ctx, task1.user.Name)
			return found, found.ID != "", err
		},
		Again: func(ctx context.Context, err error) bool { return b.again(ctx, err, tries) },
	})
	created := err == nil
	if client.IsDuplicateName(err) {
		user, created, err = b.existing(ctx, task1, err)
	}
	_, doubtful := errors.AsType[*task.UncertainError](err)
	return batchResult{task: task1, user: user, created: created, doubtful: doubtful, err: err}
}

func (b *batch) post(ctx context.Context, n client.NewUser) (user client.User, err error) {
	if err := b.limiter.wait(ctx, b.w); err != nil {
		return client.User{}, err
	}
	admin, err := b.token()
	if err != nil {
		return client.User{}, err
	}
	err = task.Graceful(ctx, b.s.Place.API, func(ctx context.Context, api *client.Client) (err error) {
		user, err = api.CreateUser(ctx, admin, n)
		return err
	})
	return user, err
}

// again waits for another try. Names are unique, so a late request creates no second user.
func (b *batch) again(ctx context.Context, err error, tries int) bool {
	pause, again := client.Attempt{Err: err, Tries: tries, Patient: true}.Next(b.w.Random)
	if !again {
		return false
	}
	if client.HasStatus(err, http.StatusTooManyRequests) || client.RetryAfter(err) > 0 {
		later := b.limiter.pause(b.w.Now().Add(pause))
		if later && client.RetryAfter(err) > 0 {
			b.results <- batchResult{rest: pause}
		}
	}
	return b.w.Wait(ctx, pause) == nil
}

func (b *batch) existing(ctx context.Context, task batchTask, err error) (user client.User, created bool, _ error) {
	if !b.reuse && task.before.Name == "" {
		return client.User{}, false, &NameTakenError{Name: task.user.Name, Err: err}
	}
	user, err = b.find(ctx, task.user.Name)
	if err == nil && user.ID == "" {
		err = errors.New("it exists but can't be found")
	}
	return user, task.before.Created && task.before.ID == user.ID, err
}

func (b *batch) find(ctx context.Context, name string) (client.User, error) {
	admin, err := b.token()
	if err != nil {
		return client.User{}, err
	}
	silent := b.w
	silent.Report = func(task.Event) {}
	silent.Skew = new(time.Duration)
	return FindUser(ctx, admin, name, silent, "look for the user")
}

func (b *batch) token() (redact.Secret, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.w.Now(); b.admin.IsZero() || now.Sub(b.signed) > AdminLifetime/2 {
		admin, err := b.s.Admin(b.env)
		if err != nil {
			return redact.Secret{}, err
		}
		b.admin, b.signed = admin, now
	}
	return b.admin, nil
}

func hopeless(err error) bool {
	return client.HasStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound) || client.RetryAfter(err) > client.LongestWait
}

func isTaken(err error) bool {
	_, taken := errors.AsType[*NameTakenError](err)
	return taken
}

const atOnce = 8

// limiter is a pause that all calls of a batch share after a 429.
type limiter struct {
	mu    sync.Mutex
	until time.Time
}

// pause makes further calls wait, and reports whether the pause is longer than before.
func (l *limiter) pause(until time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	later := until.After(l.until)
	if later {
		l.until = until
	}
	return later
}

func (l *limiter) wait(ctx context.Context, w task.Runner) error {
	l.mu.Lock()
	left := l.until.Sub(w.Now())
	l.mu.Unlock()
	if left <= 0 {
		return ctx.Err()
	}
	return w.Wait(ctx, left)
}
