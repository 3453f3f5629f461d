package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"credwiz/client/sandbox/listing"
	"credwiz/client/sandbox/payload"
	"credwiz/client/sandbox/token"
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

// pageQuery is which page of a list was asked for.
type pageQuery struct {
	listing.Query
	order string // as sent, or ""
}

// listUsers answers GET /v1/users.
func (s *Sandbox) listUsers(r *http.Request, t token.Token) (int, any, *refusal) {
	page, size, links, f := s.usersAsked(r, t.Application)
	if f != nil {
		return 0, nil, f
	}
	list := userList{PageSize: size, Links: links}
	list.Embedded.Users = each(page.Values, func(u user) userAnswer { return u.listed(r) })
	return http.StatusOK, list, nil
}

// usersAsked returns the page of users that a request asks for, how many may be on it,
// and its links.
func (s *Sandbox) usersAsked(r *http.Request, applicationID string) (page listing.Page[user], size int, links pageLinks, f *refusal) {
	query, wrong := readPageQuery(r.URL.Query())
	if wrong != nil {
		return page, 0, links, invalidUser.naming(labeled(wrong))
	}
	others := url.Values{}
	name := r.URL.Query().Get("name") // what the SDKs send
	if name != "" {
		others.Set("name", name)
	}
	page, err := s.store.pageOfUsers(applicationID, name, query.Query)
	return page, query.Size, query.linksTo(address(r, "users"), others, page.Places), storeRefusal(err)
}

// pageOfUsers returns the page that was asked for. A name that no user has is an
// error and not an empty page (recorded in vonage-python-sdk,
// list_users_404.json).
func (s *store) pageOfUsers(applicationID, name string, q listing.Query) (listing.Page[user], error) {
	if name != "" {
		u, err := s.userNamed(applicationID, name)
		if err != nil {
			return listing.Page[user]{}, err
		}
		return listing.Page[user]{Values: []user{u}}, nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(applicationID)
	if err != nil {
		return listing.Page[user]{}, err
	}
	return a.users.Page(q, nil, nil), nil
}

// readPageQuery reads the parameters of a page (SPECv3). Unknown ones are ignored.
func readPageQuery(sent url.Values) (q pageQuery, wrong []payload.Invalid) {
	q.order = sent.Get("order")
	q.Size = pageSize
	if sent.Has("page_size") {
		size, err := strconv.Atoi(sent.Get("page_size"))
		switch {
		case err != nil:
			wrong = append(wrong, payload.Wrong("page_size", "must be a number"))
		case size < 1:
			wrong = append(wrong, payload.Wrong("page_size", "must be larger than or equal to 1"))
		case size > maxPageSize:
			wrong = append(wrong, payload.Wrong("page_size", fmt.Sprintf("must be less than or equal to %d", maxPageSize)))
		}
		q.Size = size
	}
	switch q.order {
	case "", "asc", "ASC":
	case "desc", "DESC":
		q.Descending = true
	default:
		wrong = append(wrong, payload.Wrong("order", "must be one of [asc, desc, ASC, DESC]"))
	}
	if cursor := sent.Get("cursor"); cursor != "" {
		number, ok := listing.ParseCursor(cursor)
		if !ok {
			wrong = append(wrong, payload.Wrong("cursor", "is not a valid cursor"))
		}
		q.Cursor = number
	}
	return q, wrong
}

// linksTo returns the links of a page of the list at an address, with what else
// was asked for.
func (q pageQuery) linksTo(address string, others url.Values, at listing.Places) pageLinks {
	href := func(number int64) link { return link{address + q.link(others, number)} }
	links := pageLinks{First: href(0), Self: href(at.This)}
	if at.Next != 0 {
		links.Next = new(href(at.Next))
	}
	if at.Prev != 0 {
		links.Prev = new(href(at.Prev))
	}
	return links
}

// link returns the query of the page that begins with a value's number. The cursor
// is last: nexmo-client does not see it in the first place.
func (q pageQuery) link(others url.Values, number int64) string {
	var parts []string
	if q.order != "" {
		parts = append(parts, "order="+q.order)
	}
	parts = append(parts, "page_size="+strconv.Itoa(q.Size))
	if len(others) > 0 {
		parts = append(parts, others.Encode())
	}
	if number != 0 {
		parts = append(parts, "cursor="+url.QueryEscape(listing.Cursor(number)))
	}
	return "?" + strings.Join(parts, "&")
}
