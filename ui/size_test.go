package ui

import "testing"

func TestASizeThatIsNotToldComesFromTheEnvironment(t *testing.T) {
	t.Attr("fault", "field-C1")
	for name, test := range map[string]struct {
		columns, rows         int
		env                   [2]string
		wantColumns, wantRows int
	}{
		"nothing":          {wantColumns: 80, wantRows: 24},
		"told":             {columns: 30, rows: 9, env: [2]string{"70", "20"}, wantColumns: 30, wantRows: 9},
		"no columns":       {rows: 9, env: [2]string{"70", "20"}, wantColumns: 70, wantRows: 9},
		"no rows":          {columns: 30, env: [2]string{"70", "20"}, wantColumns: 30, wantRows: 20},
		"zero, negative":   {env: [2]string{"0", "-5"}, wantColumns: 80, wantRows: 24},
		"no number, large": {env: [2]string{"x", "99999999"}, wantColumns: 80, wantRows: 24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("COLUMNS", test.env[0])
			t.Setenv("LINES", test.env[1])
			if c, r := known(test.columns, test.rows); c != test.wantColumns || r != test.wantRows {
				t.Errorf("%d by %d", c, r)
			}
		})
	}
}
