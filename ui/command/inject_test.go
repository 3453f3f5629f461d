//go:build linux

package command_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// traced performs a run, with strace from the arrival of a request on. Until then a run has written nothing, or
// repeats what an earlier request has shown. What strace counts, it counts for each thread: so a run is taken in parts,
// from request to request, in which its work seldom changes threads.
func (s *scene) traced(request int, inject ...string) (result, []call) {
	s.Helper()
	a := s.attempt()
	file := filepath.Join(filepath.Dir(s.dir), "trace")
	tracers := make(chan *exec.Cmd, 1)
	s.begins(func(at moment) bool {
		if at == (moment{request: request}) {
			<-a.started
			args := append([]string{"-y", "-s", "64", "-o", file, "-e", "signal=none", "-e", "trace=" + watched}, inject...)
			tracer, attached := attach(s.T, a.cmd.Process.Pid, args...)
			if !attached {
				s.Error("strace did not attach")
			}
			tracers <- tracer
		}
		return false
	})
	r := s.runs(a)
	select {
	case tracer := <-tracers:
		_ = tracer.Wait() // it ends as the program does, by a signal too
	default:
		s.Fatalf("request %d never came:\n%s", request+1, r.stderr)
	}
	return r, readTrace(s.T, file)
}

// point is a call of a run: where a fault is injected.
type point struct {
	request int // after which it comes
	name    string
	number  int // of the calls of this name, in its thread
}

func (p point) String() string { return fmt.Sprintf("%d %s %d", p.request+1, p.name, p.number) }

// part returns the calls of a trace before the next request goes out.
func part(calls []call) []call {
	for i, c := range calls {
		if c.sends("GET ") || c.sends("POST ") {
			return calls[:i+1]
		}
	}
	return calls
}

// points lists the calls of a whole run that are wanted, from its first action in the folder on, and what they are.
func points(t *testing.T, wanted func(c call, dir string) bool) ([]point, map[string]bool) {
	t.Helper()
	var all []point
	known := map[string]bool{}
	for request := range requestsOfARun {
		s := newScene(t)
		r, calls := s.traced(request)
		r.ends(t, 0)
		counted, listed := map[string]int{}, map[point]bool{}
		for _, c := range part(calls) {
			counted[c.thread+c.name]++
			p := point{request, c.name, counted[c.thread+c.name]}
			if !wanted(c, s.dir) {
				continue
			}
			known[fmt.Sprint(request, c.what(s.dir))] = true
			if !listed[p] {
				listed[p] = true
				all = append(all, p)
			}
		}
	}
	return all, known
}

// hits collects what was hit.
type hits struct {
	mu   sync.Mutex
	what map[string]bool
}

func (h *hits) add(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.what == nil {
		h.what = map[string]bool{}
	}
	h.what[what] = true
}

// suffice checks that most of the known ones were hit, or of a sample of them. On a busy machine a run changes threads
// more often than the counted run, and what is meant for one call hits another, or none.
func (h *hits) suffice(t *testing.T, known map[string]bool, stride int) {
	t.Helper()
	hit := 0
	for what := range known {
		if h.what[what] {
			hit++
		}
	}
	t.Logf("%d of %d calls were hit", hit, len(known))
	if everything && hit*3 < len(known)*2 || hit*stride*2 < len(known) {
		t.Error("these are too few")
	}
}

func TestAKillAtAnyCallLosesNothing(t *testing.T) {
	t.Attr("fault", "F2")
	straced(t)
	all, known := points(t, func(call, string) bool { return true })
	var h hits
	const stride = 10
	t.Run("killed at", func(t *testing.T) {
		for i, p := range all {
			if !everything && i%stride != 0 {
				continue
			}
			t.Run(p.String(), func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				r, calls := s.traced(p.request, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", p.name, p.number))
				switch r.code {
				case -1:
					for _, c := range calls {
						if c.name == p.name && c.result == "" {
							h.add(fmt.Sprint(p.request, c.what(s.dir)))
							t.Log("killed at", c.what(s.dir))
							break
						}
					}
				case 0:
					s.isWhole(r.stdout)
				default:
					t.Fatalf("neither killed nor done: %d\n%s", r.code, r.stderr)
				}
				s.goesOn(s.holds())
			})
		}
	})
	h.suffice(t, known, stride)
}

// errnos are what a disk says, and what the user reads.
var errnos = []struct {
	name string
	told *regexp.Regexp
}{
	{"ENOSPC", regexp.MustCompile(`disk is full|no space left on device`)},
	{"EIO", regexp.MustCompile(`input/output error`)},
	{"EPERM", regexp.MustCompile(`have permission|operation not permitted|locked against changes`)},
	{"EROFS", regexp.MustCompile(`file system is read-only|read-only file system`)},
	{"EDQUOT", regexp.MustCompile(`disk is full|disk quota exceeded`)},
}

func TestAnErrorOfTheDiskLosesNothing(t *testing.T) {
	t.Attr("fault", "F5")
	straced(t)
	all, known := points(t, func(c call, dir string) bool { return c.in(dir) })
	var h hits
	const stride = 6
	t.Run("failed at", func(t *testing.T) {
		for i, p := range all {
			for j, errno := range errnos {
				if !everything && (i%stride != 0 || i/stride%len(errnos) != j) {
					continue
				}
				t.Run(p.String()+" "+errno.name, func(t *testing.T) {
					t.Parallel()
					s := newScene(t)
					r, calls := s.traced(p.request, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", p.name, errno.name, p.number))
					var failed []call
					for _, c := range calls {
						if c.injected {
							failed = append(failed, c)
						}
					}
					// Another thread may have come to its own call of this number, which then failed too.
					if len(failed) == 1 && failed[0].in(s.dir) {
						h.add(fmt.Sprint(p.request, failed[0].what(s.dir)))
						s.failedAt(failed[0], r, errno.told)
					}
					s.goesOn(s.holds())
				})
			}
		}
	})
	h.suffice(t, known, stride)
}

// failedAt checks what a run makes of an error of the disk.
func (s *scene) failedAt(c call, r result, told *regexp.Regexp) {
	s.Helper()
	s.Logf("failed at %s, and ended with %d", c.what(s.dir), r.code)
	if r.code == 0 {
		s.isMade(r.stdout)
	}
	if r.code < 0 {
		s.Errorf("it ended by a signal:\n%s", r.stderr)
	}
	// A temporary file that cannot be removed stays.
	if left := s.temporaries(); left != nil && c.name != "unlinkat" {
		s.Errorf("left: %q", left)
	}
	if r.code != 0 && s.read(".credwiz.json") == nil && s.posted() {
		s.Error("something was created, and nothing is noted")
	}
	// A link has a substitute, and closing what was only read loses nothing.
	if r.code == 0 && (c.name == "linkat" || c.name == "close") {
		return
	}
	tells := func(line string) bool { return told.MatchString(line) && strings.Contains(line, s.dir) }
	if !slices.ContainsFunc(strings.Split(r.stderr, "\n"), tells) {
		s.Errorf("the cause and the path are not told:\n%s", r.stderr)
	}
}

// What failed once is not lost for good: the next note tells the whole of it.
func TestAFailedJournalWriteIsRepeated(t *testing.T) {
	t.Attr("fault", "F5")
	straced(t)
	// The first call of each thread fails: the note of the application, and perhaps others.
	const tries = 50
	for range tries {
		s := newScene(t)
		r, calls := s.traced(askedForApplication, "-e", "inject=renameat:error=EIO:when=1")
		calls = slices.DeleteFunc(calls, func(c call) bool { return c.name != "renameat" })
		if len(calls) == 0 {
			t.Fatalf("no rename was traced: %+v", r)
		}
		if first := calls[0]; !first.injected || !strings.Contains(first.args, ".credwiz.json") {
			t.Fatalf("another call failed: %+v", first)
		}
		if r.code == 0 && !calls[len(calls)-1].injected {
			s.isWhole(r.stdout)
			return
		}
	}
	t.Error("no run was left to write its last note")
}

// FAT and some network file systems have no links.
func TestWithoutLinksAKillLosesNothing(t *testing.T) {
	t.Attr("fault", "F2")
	straced(t)
	const linkless = "inject=linkat:error=EPERM"
	s := newScene(t)
	r, calls := s.traced(askedForApplications, "-e", linkless)
	r.ends(t, 0)
	s.isWhole(r.stdout)
	const stride, retries = 2, 3 // a kill that hits nothing gets another try
	counted, refused, killed, tried := map[string]int{}, false, &hits{}, 0
	t.Run("killed at", func(t *testing.T) {
		for _, c := range part(calls) {
			counted[c.thread+c.name]++
			refused = refused || c.injected
			if !refused || c.name == "linkat" {
				continue
			}
			p := point{askedForApplications, c.name, counted[c.thread+c.name]}
			if tried++; !everything && tried%stride != 0 {
				continue
			}
			t.Run(p.String(), func(t *testing.T) {
				t.Parallel()
				for range retries {
					s := newScene(t)
					r, calls := s.traced(p.request, "-e", linkless, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", p.name, p.number))
					s.goesOn(s.holds())
					if r.code == -1 && slices.ContainsFunc(calls, func(c call) bool { return c.injected }) {
						killed.add(p.String())
						return
					}
				}
			})
		}
	})
	if len(killed.what) < 5 {
		t.Errorf("killed at %d points only", len(killed.what))
	}
}

func TestWithoutLinksAndWithoutSafeRenamesTheKeyIsSavedAllTheSame(t *testing.T) {
	t.Attr("fault", "F5")
	straced(t)
	s := newScene(t)
	r, calls := s.traced(askedForApplications, "-e", "inject=linkat,renameat2:error=EINVAL")
	if r.code != 0 || !slices.ContainsFunc(calls, func(c call) bool { return c.name == "renameat2" && c.injected }) {
		t.Fatalf("code %d\n%s\n%s", r.code, r.stderr, text(calls, s.dir))
	}
	s.isWhole(r.stdout)
	if left := s.temporaries(); left != nil {
		t.Errorf("left: %q", left)
	}
}

func TestWhatIsReportedIsOnTheDisk(t *testing.T) {
	t.Attr("fault", "F2")
	t.Attr("fault", "F6")
	straced(t)
	s := newScene(t)
	r, calls := s.traced(askedForApplications)
	r.ends(t, 0)
	file := func(name, start string) func(call) bool {
		return func(c call) bool { return c.name == name && strings.HasPrefix(c.on(), s.dir+"/"+start) }
	}
	named := func(name, old, now string) func(call) bool {
		return func(c call) bool {
			return c.name == name && c.on() == s.dir && strings.Contains(c.args, `"`+old+".") && strings.Contains(c.args, `"`+now+`"`)
		}
	}
	folder := func(c call) bool { return c.name == "fsync" && c.on() == s.dir }
	sends := func(start string) func(call) bool { return func(c call) bool { return c.sends(start) } }
	says := func(text string) func(call) bool {
		return func(c call) bool { return c.name == "write" && strings.Contains(c.args, `, "  \342\234\223 `+text) }
	}
	journal := []func(call) bool{
		file("write", ".credwiz.json."), file("fsync", ".credwiz.json."), named("renameat", ".credwiz.json", ".credwiz.json"), folder,
	}
	order := slices.Concat(
		[]func(call) bool{
			file("write", ".private.key."), file("fsync", ".private.key."), named("linkat", ".private.key", "private.key"),
			func(c call) bool { return c.name == "unlinkat" && strings.Contains(c.args, `".private.key.`) },
			folder, says("Private key saved"),
		},
		journal, []func(call) bool{sends("POST /v2/applications"), says("Application created")},
		journal, // the application
		journal, // the user that is about to be
		[]func(call) bool{sends("POST /v1/users"), says("User created")},
		journal, // the user
		journal, // the token, and what goes into .env
		[]func(call) bool{
			says(".credwiz.json written"),
			file("write", ".env."), file("fsync", ".env."), named("renameat", ".env", ".env"), folder, says(".env written"),
		},
	)
	at := -1
	for n, wanted := range order {
		i := slices.IndexFunc(calls, func(c call) bool { return c.began > at && wanted(c) })
		if i < 0 {
			t.Fatalf("number %d of the order does not come after line %d of\n%s", n+1, at+1, text(calls, s.dir))
		}
		if calls[i].result == "" || strings.HasPrefix(calls[i].result, "-1") {
			t.Fatalf("it failed: %+v", calls[i])
		}
		at = calls[i].ended
	}
	s.publishesWhatIsFlushed(calls)
}

// publishesWhatIsFlushed checks of every file that it is flushed before it gets its name, and its folder before
// anything is said or sent.
func (s *scene) publishesWhatIsFlushed(calls []call) {
	s.Helper()
	published := 0
	flushed := map[string]int{} // the line at whose end a file or folder was flushed
	for i, c := range calls {
		switch {
		case c.name == "fsync":
			flushed[c.on()] = c.ended
		case (c.name == "linkat" || c.name == "renameat") && c.in(s.dir):
			published++
			temp := s.dir + "/" + strings.Split(c.args, `"`)[1]
			if ended, ok := flushed[temp]; !ok || ended > c.began {
				s.Errorf("it was not flushed before: %s", c.what(s.dir))
			}
			next := slices.IndexFunc(calls[i+1:], func(c call) bool { return c.name == "write" && !strings.HasPrefix(c.on(), "anon_inode") })
			folder := slices.IndexFunc(calls[i+1:], func(c call) bool { return c.name == "fsync" && c.on() == s.dir })
			if folder < 0 || next >= 0 && calls[i+1+next].began < calls[i+1+folder].ended {
				s.Errorf("something was written before the folder was flushed: %s", c.what(s.dir))
			}
		}
	}
	if want := 7; published < want {
		s.Errorf("%d files got their name, want %d", published, want)
	}
}

// text is a trace in words.
func text(calls []call, dir string) string {
	var b strings.Builder
	for _, c := range calls {
		fmt.Fprintln(&b, c.began+1, c.what(dir), c.result)
	}
	return b.String()
}
