package screen

import (
	"strings"

	"credwiz/steps"
	"credwiz/steps/inspect"
)

// inspectionPages explain the token: whether it works, what is wrong with it, and what it says.
func (m Model) inspectionPages() []page {
	i := inspect.OfSession(m.env, m.result())
	p := page{title: "What the token says", blocks: []block{{text: i.Verdict}}}
	for _, problem := range i.Problems {
		p.blocks = append(p.blocks, block{text: problem.What, note: strings.TrimSpace(problem.Do + " " + problem.Command)})
	}
	facts := []steps.Fact{{Label: "Signature", Value: "fits " + i.Signature.With}}
	if i.Signature.State != inspect.Verified {
		facts[0].Value = "does not fit " + i.Signature.With
	}
	p.blocks = append(p.blocks, block{facts: append(facts, i.Facts...)})
	return []page{p}
}
