package sandbox

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// userList is a page of users. There are no totals in it, and its links are
// absolute (recorded in vonage-python-sdk, list_users_options.json).
type userList struct {
	PageSize int `json:"page_size"`
	Embedded struct {
		Users []userAnswer `json:"users"`
	} `json:"_embedded"`
	Links pageLinks `json:"_links"`
}

// userQuery is what a list of users was asked for.
type userQuery struct {
	name       string
	size       int
	order      string // as sent, or ""
	descending bool
	cursor     int64 // the number of the first user wanted, or 0
}

// userPage is a part of a roster. Its numbers are those of the users with which
// this, the next and the previous page begin, or 0 where there is none.
type userPage struct {
	users            []user
	this, next, prev int64
}

// listUsers answers GET /v1/users.
func (s *Sandbox) listUsers(r *http.Request, applicationID string) (int, any, *refusal) {
	query, page, f := s.usersAsked(r, applicationID)
	if f != nil {
		return 0, nil, f
	}
	list := userList{PageSize: query.size, Links: query.links(r, page)}
	list.Embedded.Users = each(page.users, func(u user) userAnswer { return u.listed(r) })
	return http.StatusOK, list, nil
}

// usersAsked returns the page of users that a request asks for.
func (s *Sandbox) usersAsked(r *http.Request, applicationID string) (userQuery, userPage, *refusal) {
	query, wrong := readUserQuery(r.URL.Query())
	if wrong != nil {
		return userQuery{}, userPage{}, invalidUser.naming(labeled(wrong))
	}
	page, err := s.store.pageOfUsers(applicationID, query)
	return query, page, storeRefusal(err)
}

// pageOfUsers returns the page that was asked for. A name that no user has is an
// error and not an empty page (recorded in vonage-python-sdk,
// list_users_404.json).
func (s *store) pageOfUsers(applicationID string, q userQuery) (userPage, error) {
	if q.name != "" {
		u, err := s.userNamed(applicationID, q.name)
		if err != nil {
			return userPage{}, err
		}
		return userPage{users: []user{u}}, nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(applicationID)
	if err != nil {
		return userPage{}, err
	}
	rows := a.users.rows
	at := func(i int) row[user] {
		if q.descending {
			return rows[len(rows)-1-i]
		}
		return rows[i]
	}
	// If the cursor's user is gone, its successor comes first.
	first := 0
	if q.cursor != 0 {
		first = sort.Search(len(rows), func(i int) bool {
			if q.descending {
				return at(i).number <= q.cursor
			}
			return at(i).number >= q.cursor
		})
	}
	end := min(first+q.size, len(rows))
	var page userPage
	for i := first; i < end; i++ {
		page.users = append(page.users, at(i).value)
	}
	if first < end {
		page.this = at(first).number
	}
	if end < len(rows) {
		page.next = at(end).number
	}
	if first > 0 {
		page.prev = at(max(first-q.size, 0)).number
	}
	return page, nil
}

// readUserQuery reads the parameters of a list (SPECv3; name is what the SDKs
// send). Unknown ones are ignored.
func readUserQuery(sent url.Values) (q userQuery, wrong []invalid) {
	q.name, q.order = sent.Get("name"), sent.Get("order")
	q.size = pageSize
	if sent.Has("page_size") {
		size, err := strconv.Atoi(sent.Get("page_size"))
		switch {
		case err != nil:
			wrong = append(wrong, invalid{"page_size", "must be a number"})
		case size < 1:
			wrong = append(wrong, invalid{"page_size", "must be larger than or equal to 1"})
		case size > maxPageSize:
			wrong = append(wrong, invalid{"page_size", fmt.Sprintf("must be less than or equal to %d", maxPageSize)})
		}
		q.size = size
	}
	switch q.order {
	case "", "asc", "ASC":
	case "desc", "DESC":
		q.descending = true
	default:
		wrong = append(wrong, invalid{"order", "must be one of [asc, desc, ASC, DESC]"})
	}
	if cursor := sent.Get("cursor"); cursor != "" {
		number, ok := readCursor(cursor)
		if !ok {
			wrong = append(wrong, invalid{"cursor", "is not a valid cursor"})
		}
		q.cursor = number
	}
	return q, wrong
}

// links returns the links of a page.
func (q userQuery) links(r *http.Request, page userPage) pageLinks {
	href := func(number int64) string { return usersURL(r) + q.link(number) }
	links := pageLinks{First: link{href(0)}, Self: link{href(page.this)}}
	if page.next != 0 {
		links.Next = &link{href(page.next)}
	}
	if page.prev != 0 {
		links.Prev = &link{href(page.prev)}
	}
	return links
}

// link returns the query of the page that begins with a user's number.
func (q userQuery) link(number int64) string {
	var parts []string
	if q.order != "" {
		parts = append(parts, "order="+q.order)
	}
	parts = append(parts, "page_size="+strconv.Itoa(q.size))
	if q.name != "" {
		parts = append(parts, "name="+url.QueryEscape(q.name))
	}
	if number != 0 {
		parts = append(parts, "cursor="+url.QueryEscape(newCursor(number)))
	}
	return "?" + strings.Join(parts, "&")
}

// A cursor is base64 with padding, like the recorded ones: that exposes a client
// that forgets to decode it or to encode it in a query.

func newCursor(number int64) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(number)))
}

func readCursor(cursor string) (number int64, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil || len(raw) != 8 {
		return 0, false
	}
	number = int64(binary.BigEndian.Uint64(raw))
	return number, number > 0
}
