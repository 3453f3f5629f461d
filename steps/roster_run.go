package steps

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"credwiz/client"
)

// Missed is a user of a roster that is not there.
type Missed struct {
	Name, Why string
	Taken     bool // it exists, and is taken only by whoever says so
}

// mostUsers is how many users an application may have for a roster to be gone on with in it.
const mostUsers = 200_000

// toldMissed is how many failures have a line of their own on a screen; the rest is counted there.
const toldMissed = 20

// enoughRefused is how many are refused before the first is made until nobody else is asked for.
const enoughRefused = 20

// rosterTries is how often a user is asked for: many make a 429 likelier than one does.
const rosterTries = 10

// rosterTask is a user that has to be made.
type rosterTask struct {
	at   int
	user client.NewUser
	// before is what was noted of it, and reuse tells that it is taken if it exists.
	before NotedUser
	reuse  bool
}

// rosterRun is the work on a roster.
type rosterRun struct {
	env   Env
	s     Session
	w     work
	reuse bool
	crew  *crew
	// results carries what came of the tasks to the goroutine of the step.
	results chan rosterResult

	mu     sync.Mutex
	admin  client.Secret
	signed time.Time

	missed []Missed
	first  error // the first failure
}

// rosterResult is what came of a task.
type rosterResult struct {
	task    rosterTask
	user    client.User
	created bool
	// doubtful tells that it may exist all the same: the next run looks.
	doubtful bool
	err      error
	// rest makes it no result: nothing came of a task yet, because the API has asked for so long a rest.
	rest time.Duration
}

func (r *rosterRun) all(ctx context.Context, open []rosterTask, members []Member) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.results = make(chan rosterResult)
	tasks := make(chan func() rosterResult)
	var workers sync.WaitGroup
	for range min(largestCrew, len(open)) {
		workers.Go(func() {
			for task := range tasks {
				r.results <- task()
			}
		})
	}
	go func() {
		defer close(r.results)
		defer workers.Wait()
		defer close(tasks)
		for _, task := range open {
			burst, ok := r.crew.begin(ctx)
			if !ok {
				return
			}
			tasks <- func() rosterResult { return r.one(ctx, task, burst) }
		}
	}()
	return r.collect(ctx, stop, open, members)
}

// collect notes and tells what comes, on the goroutine of the step.
func (r *rosterRun) collect(ctx context.Context, stop context.CancelFunc, open []rosterTask, members []Member) error {
	e := Event{State: Started, Text: "create " + counted(len(open), "user"), Progress: &Progress{Total: len(open)}}
	r.w.report(e)
	began, told := r.w.now(), r.w.now()
	var pending []Member
	batch := max(enoughWell, len(open)/20)
	refused := 0 // otherwise than because the name is taken, which says nothing about the next
	doubtful := map[string]bool{}
	var stopped error
	for result := range r.results {
		p := *e.Progress
		p.Rest = result.rest
		if result.doubtful {
			doubtful[result.task.user.Name] = true
		}
		switch {
		case result.rest > 0:
			e.Progress = &p
			r.w.report(e)
			continue
		case result.err == nil:
			m := Member{User: User{User: result.user, Exists: true, Created: result.created}}
			members[result.task.at] = m
			pending = append(pending, m)
			p.Done++
		case ctx.Err() != nil:
			continue // it was stopped, and is looked for by the next run
		default:
			p.Failed++
			r.miss(result)
			if !isTaken(result.err) {
				refused++
			}
			if hopeless(result.err) || p.Done == 0 && refused >= enoughRefused {
				// The others would fare no better. This is no cause of ctx: their own errors would wrap it, all at once.
				stopped = result.err
				stop()
			}
		}
		now := r.w.now()
		if took := now.Sub(began).Seconds(); took > 0 {
			p.Rate = float64(p.Done+p.Failed) / took
			p.Left = time.Duration(float64(p.Total-p.Done-p.Failed) / p.Rate * float64(time.Second))
		}
		e.Progress = &p
		if now.Sub(told) >= progressInterval {
			told = now
			r.w.report(e)
		}
		if len(pending) >= batch {
			if err := r.s.noteMembers(r.env, pending...); err != nil {
				r.w.warn("note the users", err.Error())
			}
			pending = nil
		}
	}
	err := r.s.noteMembers(r.env, pending...)
	if err == nil {
		// Also those whom it did not come to.
		gone := map[string]bool{}
		for _, task := range open {
			if !members[task.at].User.Exists && !doubtful[task.user.Name] {
				gone[task.user.Name] = true
			}
		}
		err = r.s.entry(r.env).forgetUsers(gone)
	}
	if err != nil {
		r.w.warn("note the users", err.Error())
	}
	e.Took = r.w.now().Sub(began)
	e.Progress.Left, e.Progress.Rest = 0, 0
	e.State, e.Note = Done, e.Progress.Text()
	switch {
	case ctx.Err() != nil:
		e.State = Failed
	case e.Progress.Failed > 0:
		e.State = Warned
	}
	r.w.report(e)
	if stopped != nil {
		return stopped
	}
	return context.Cause(ctx)
}

// hopeless reports whether every other user would be refused for the same reason.
func hopeless(err error) bool {
	var api *client.Error
	return errors.As(err, &api) &&
		(api.Status == http.StatusUnauthorized || api.Status == http.StatusForbidden || api.Status == http.StatusNotFound ||
			api.RetryAfter > client.LongestWait)
}

func isTaken(err error) bool {
	var taken *NameTakenError
	return errors.As(err, &taken)
}

// progressInterval is how often progress is told.
const progressInterval = 100 * time.Millisecond

func (r *rosterRun) miss(result rosterResult) {
	why := Advise(result.err).What
	r.missed = append(r.missed, Missed{Name: result.task.user.Name, Why: why, Taken: isTaken(result.err) && !result.doubtful})
	if r.first == nil {
		r.first = result.err
	}
	what := "create " + result.task.user.Name
	if r.env.Brief && len(r.missed) > toldMissed {
		// The log has what the screen leaves out.
		r.env.log().Info("work", "step", UserStep, "what", client.Printable(what), "state", Warned.String(), "note", why)
		return
	}
	r.w.warn(what, why)
}

// one creates a user, and gives its place in the crew back. It asks again for as long as that may help.
func (r *rosterRun) one(ctx context.Context, task rosterTask, burst int) rosterResult {
	defer r.crew.end()
	tries, began := 0, r.w.now()
	user, err := createOnce(ctx, creation[client.User]{
		what: "user", ours: r.s.unshared(),
		create: func(ctx context.Context) (client.User, error) {
			if left := r.crew.restLeft(r.w.now()); left > 0 && r.w.wait(ctx, left) != nil {
				return client.User{}, ctx.Err()
			}
			return r.create(ctx, task)
		},
		find: func(ctx context.Context) (client.User, bool, error) {
			found, err := r.find(ctx, task.user.Name)
			return found, found.ID != "", err
		},
		again: func(ctx context.Context, err error) bool {
			if isTooMany(err) {
				r.crew.tooMany(burst)
				burst = r.crew.now()
			}
			// Names are unique: so a request that is late makes no second one, and it is asked for again whatever became of it.
			tries++
			failed := client.Attempt{Err: err, Tries: min(tries, client.MaxTries-1), Elapsed: min(r.w.now().Sub(began), time.Second)}
			pause, again := failed.Next(r.w.random)
			if !again || tries == rosterTries {
				return false
			}
			if asked := client.RetryAfter(err); asked > 0 && r.crew.restUntil(r.w.now().Add(asked)) {
				r.results <- rosterResult{rest: asked}
			}
			return r.w.wait(ctx, pause) == nil
		},
	})
	result := rosterResult{task: task, user: user, created: err == nil}
	if client.IsDuplicateName(err) {
		// It exists. Nobody can tell who made it, so it is taken only by those who said so.
		if task.reuse {
			result.user, err = r.find(ctx, task.user.Name)
			result.created = task.before.Created && task.before.ID == result.user.ID
		} else {
			err = &NameTakenError{Name: task.user.Name, Err: err}
		}
		if err == nil && result.user.ID == "" {
			err = errors.New("it exists, and cannot be found")
		}
	}
	var uncertain *UncertainError
	result.doubtful, result.err = errors.As(err, &uncertain), err
	return result
}

func (r *rosterRun) create(ctx context.Context, task rosterTask) (user client.User, err error) {
	admin, err := r.token()
	if err != nil {
		return client.User{}, err
	}
	err = graceful(ctx, r.s.Place.API, func(ctx context.Context, api *client.Client) (err error) {
		user, err = api.CreateUser(ctx, admin, task.user)
		return err
	})
	if err == nil {
		r.crew.went()
	}
	return user, err
}

// find returns the zero User if there is none of this name.
func (r *rosterRun) find(ctx context.Context, name string) (client.User, error) {
	admin, err := r.token()
	if err != nil {
		return client.User{}, err
	}
	silent := r.w
	silent.report = func(Event) {}
	silent.skew = new(time.Duration)
	return findUser(ctx, admin, name, silent, "look for the user")
}

// token is one for the API's own calls, signed again well before it ends.
func (r *rosterRun) token() (client.Secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.w.now(); r.admin.IsZero() || now.Sub(r.signed) > adminLifetime/2 {
		admin, err := r.s.admin(r.env)
		if err != nil {
			return client.Secret{}, err
		}
		r.admin, r.signed = admin, now
	}
	return r.admin, nil
}

func isTooMany(err error) bool {
	var api *client.Error
	return errors.As(err, &api) && api.Status == http.StatusTooManyRequests
}
