package inspect

import (
	"time"

	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/words"
)

const defaultLifetime = 15 * time.Minute

// judgeTimes checks iat, nbf and exp. A wrongly written time is also judged by its meaning, so that fixing one
// problem does not reveal the next. The end is judged as the platform reads it.
func (i *inspector) judgeTimes() {
	issued, start, end := i.reading.Claims.Date("iat"), i.reading.Claims.Date("nbf"), i.reading.Claims.Date("exp")
	i.times = tokenTimes{issuedAt: issued.Time, notBefore: start.Time, expiresAt: end.Time}
	i.times.ends = i.ends(end.Form)
	i.judgeEnd(end.Form)
	i.judgeStart()
	i.judgeDate("exp", "end", end.Form)
	i.judgeDate("iat", "time of issue", issued.Form)
	i.judgeDate("nbf", "beginning", start.Form)
	if issued.Form == jwt.NoDate {
		i.refuse("no-iat", "It does not say when it was issued (iat), which its life is counted from.", signNew, i.resign())
	}
	if end.Form == jwt.NoDate {
		i.warn("no-exp", "It does not say when it ends (exp), so the platform ends it 15 minutes after it was issued.", signNew, i.resign())
	}
	if unitOf(end.Form) == "" {
		i.judgeLife()
	}
	if off := i.evidence.Skew; off.Abs() > steps.ToldSkew {
		i.warn("clock-skew", "This computer's clock is "+words.DescribeSkew(off)+", so what is signed here has wrong times.",
			"Set the clock. The wizard dates its tokens by the API's, credwiz token by this computer's. Without setting it:", i.datedByTheAPI())
	}
}

func (i *inspector) ends(form jwt.DateForm) time.Time {
	t := i.times
	switch {
	case t.issuedAt.IsZero():
		return t.expiresAt
	case form == jwt.NoDate:
		return t.issuedAt.Add(defaultLifetime)
	}
	latest := t.issuedAt.Add(jwt.MaxLifetime)
	// In seconds, a number in a finer unit is millennia away.
	if t.expiresAt.IsZero() || t.expiresAt.After(latest) || unitOf(form) != "" {
		return latest
	}
	return t.expiresAt
}

func (i *inspector) judgeEnd(form jwt.DateForm) {
	now, t := i.now(), i.times
	if t.ends.IsZero() || now.Before(t.ends) {
		return
	}
	what := "It expired " + i.moment(t.ends) + ", " + words.InWords(now.Sub(t.ends)) + " ago"
	switch {
	case form == jwt.NoDate:
		what += ": without exp, the platform ends it 15 minutes after it was issued"
	case t.expiresAt.After(t.ends), unitOf(form) != "":
		what += ": the platform ends every token 24 hours after it was issued, whatever its exp says"
	case !t.issuedAt.IsZero() && !t.expiresAt.After(t.issuedAt):
		what += ": it ends before it begins"
	}
	i.refuse("expired", what+".", signNew, i.resign())
}

// datedByTheAPI returns a run of the wizard that signs by the API's clock.
func (i *inspector) datedByTheAPI() string {
	run := i.wizardFor(i.application, i.user)
	if i.evidence.Skew.Abs() > steps.RefusedSkew {
		run += " --accept-skew"
	}
	return run
}

func (i *inspector) judgeStart() {
	now, start := i.now(), i.times.issuedAt
	if i.times.notBefore.After(start) {
		start = i.times.notBefore
	}
	if !start.After(now.Add(steps.ToldSkew)) {
		return
	}
	i.refuse("not-yet-valid", "It begins "+i.moment(start)+", which is "+words.InWords(start.Sub(now))+" from now.",
		"Wait, or if the clock of this computer or of the one that signed it is wrong, set that first; --online compares it with the API's. "+
			signNew, i.resign())
}

func (i *inspector) judgeDate(claim, name string, form jwt.DateForm) {
	switch unit := unitOf(form); form {
	case jwt.NoDate, jwt.WholeSeconds:
	case jwt.TextDate:
		i.refuse(claim+"-text", "Its "+name+" ("+claim+") is a text in quotes, and must be a number.", signNew, i.resign())
	case jwt.Fraction:
		i.refuse(claim+"-fraction", "Its "+name+" ("+claim+") has a fraction, and must be a whole number of seconds.", signNew, i.resign())
	case jwt.OddDate:
		i.refuse(claim+"-malformed", "Its "+name+" ("+claim+") is no number of seconds since 1970.", signNew, i.resign())
	case jwt.Milliseconds, jwt.Microseconds, jwt.Nanoseconds:
		what := "Its " + name + " (" + claim + ") is in " + unit + ", and must be in seconds"
		if claim != "exp" {
			i.refuse(claim+"-"+unit, what+".", signNew, i.resign())
			return
		}
		if meant := i.times.expiresAt; !meant.IsZero() && !i.times.issuedAt.IsZero() {
			what += ": the platform lets it live for 24 hours, and not until " + i.moment(meant)
		}
		i.warn(claim+"-"+unit, what+".", signNew, i.resign())
	}
}

func unitOf(form jwt.DateForm) string {
	switch form {
	case jwt.Milliseconds:
		return "milliseconds"
	case jwt.Microseconds:
		return "microseconds"
	case jwt.Nanoseconds:
		return "nanoseconds"
	default:
		return ""
	}
}

func (i *inspector) judgeLife() {
	t := i.times
	if t.issuedAt.IsZero() || t.expiresAt.IsZero() {
		return
	}
	switch life := t.expiresAt.Sub(t.issuedAt); {
	case life > jwt.MaxLifetime:
		i.warn("too-long", "It is meant to live "+words.InWords(life)+", and the platform ends every token 24 hours after it was issued.",
			"Do not count on more than 24 hours. Sign a new one in time:", i.resign())
	case life > 0 && life < jwt.MinLifetime:
		i.warn("too-short", "It lives "+words.InWords(life)+", and 30 seconds is the least that the platform documents.", signNew, i.resign())
	}
}
