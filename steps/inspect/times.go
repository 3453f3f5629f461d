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
	i.times.issuedAt, i.times.notBefore, i.times.expiresAt = issued.Time, start.Time, end.Time
	i.times.ends = i.ends(end.Form)
	i.judgeEnd(end.Form)
	i.judgeStart()
	i.judgeDate("exp", "expiry", end.Form)
	i.judgeDate("iat", "issue time", issued.Form)
	i.judgeDate("nbf", "start time", start.Form)
	if issued.Form == jwt.NoDate {
		i.refuse("no-iat", "It has no issue time (iat), and its lifetime is counted from that.", signNew, i.resign())
	}
	if end.Form == jwt.NoDate {
		i.warn("no-exp", "It has no expiry (exp), so it expires 15 minutes after it was issued.", signNew, i.resign())
	}
	if unitOf(end.Form) == "" {
		i.judgeLife()
	}
	if off := i.evidence.Skew; off.Abs() > steps.ToldSkew && !i.evidence.Session {
		run := i.wizardFor(i.application, i.user)
		if off.Abs() > steps.RefusedSkew {
			run += " --accept-skew"
		}
		i.warn("clock-skew", "This computer's clock is "+words.DescribeSkew(off)+", so tokens signed here have the wrong times.",
			"Set the clock, or sign with the wizard, which uses Vonage's time:", run)
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
		what += ": without exp, tokens expire 15 minutes after they are issued"
	case t.expiresAt.After(t.ends), unitOf(form) != "":
		what += ": tokens expire 24 hours after they are issued, whatever exp says"
	case !t.issuedAt.IsZero() && !t.expiresAt.After(t.issuedAt):
		what += ": it expires before it starts"
	}
	i.refuse("expired", what+".", signNew, i.resign())
}

func (i *inspector) judgeStart() {
	now, start := i.now(), i.times.issuedAt
	if i.times.notBefore.After(start) {
		start = i.times.notBefore
	}
	if !start.After(now.Add(steps.ToldSkew)) {
		return
	}
	i.refuse("not-yet-valid", "It isn't valid until "+i.moment(start)+", "+words.InWords(start.Sub(now))+" from now.",
		"Wait, or check the clock of this computer and the computer that signed it (--online compares with Vonage's). "+
			signNew, i.resign())
}

func (i *inspector) judgeDate(claim, name string, form jwt.DateForm) {
	switch unit := unitOf(form); form {
	case jwt.NoDate, jwt.WholeSeconds:
	case jwt.TextDate:
		i.refuse(claim+"-text", "Its "+name+" ("+claim+") is a string; it must be a number.", signNew, i.resign())
	case jwt.Fraction:
		i.refuse(claim+"-fraction", "Its "+name+" ("+claim+") has a fraction; it must be whole seconds.", signNew, i.resign())
	case jwt.OddDate:
		i.refuse(claim+"-malformed", "Its "+name+" ("+claim+") isn't a number of seconds since 1970.", signNew, i.resign())
	case jwt.Milliseconds, jwt.Microseconds, jwt.Nanoseconds:
		what := "Its " + name + " (" + claim + ") is in " + unit + "; it must be in seconds"
		if claim != "exp" {
			i.refuse(claim+"-"+unit, what+".", signNew, i.resign())
			return
		}
		if meant := i.times.expiresAt; !meant.IsZero() && !i.times.issuedAt.IsZero() {
			what += ", so the token expires after 24 hours, not " + i.moment(meant)
		}
		i.warn(claim+"-"+unit, what+".", signNew, i.resign())
	}
}

func unitOf(form jwt.DateForm) string {
	return map[jwt.DateForm]string{
		jwt.Milliseconds: "milliseconds", jwt.Microseconds: "microseconds", jwt.Nanoseconds: "nanoseconds",
	}[form]
}

func (i *inspector) judgeLife() {
	t := i.times
	if t.issuedAt.IsZero() || t.expiresAt.IsZero() {
		return
	}
	switch life := t.expiresAt.Sub(t.issuedAt); {
	case life > jwt.MaxLifetime:
		i.warn("too-long", "It's meant to last "+words.InWords(life)+", but tokens expire 24 hours after they are issued.",
			"Sign a new one at least every 24 hours:", i.resign())
	case life > 0 && life < jwt.MinLifetime:
		i.warn("too-short", "It lasts "+words.InWords(life)+"; Vonage documents a minimum of 30 seconds.", signNew, i.resign())
	}
}
