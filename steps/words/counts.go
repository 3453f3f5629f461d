// Package words puts durations, counts and command lines into words.
package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DescribeSkew says how far this computer's clock is out: "2 minutes behind the API".
func DescribeSkew(skew time.Duration) string {
	if skew > 0 {
		return InWords(skew) + " behind the API"
	}
	return InWords(-skew) + " ahead of the API"
}

// Grouped writes a number with commas between thousands.
func Grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", Grouped(n/1000), n%1000)
}

// Counted is a number of things: "1 user", "1,000 users".
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Grouped(n) + " " + thing
}

// ShortList is how many choices can be looked over.
const ShortList = 12

// LowerFirst makes a sentence a part of another.
func LowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }
