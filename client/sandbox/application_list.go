package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// pageSize is how many items a page has when the request does not say. It is
// documented for users (SPECv3); for applications it is the number in the
// example, and inferred. Both allow 1 to 100.
const (
	pageSize    = 10
	maxPageSize = 100
)

// applicationList is a page of applications. Its links are relative, and next
// and prev are absent at the ends (recorded in vonage-python-sdk,
// list_applications_multiple_pages.json).
type applicationList struct {
	PageSize   int `json:"page_size"`
	Page       int `json:"page"`
	TotalItems int `json:"total_items"`
	TotalPages int `json:"total_pages"`
	Embedded   struct {
		Applications []applicationAnswer `json:"applications"`
	} `json:"_embedded"`
	Links pageLinks `json:"_links"`
}

type pageLinks struct {
	Self  link  `json:"self"`
	First link  `json:"first"`
	Last  *link `json:"last,omitempty"`
	Next  *link `json:"next,omitempty"`
	Prev  *link `json:"prev,omitempty"`
}

// listApplications answers GET /v2/applications. A page behind the last one is
// empty, which is inferred.
func (s *Sandbox) listApplications(w http.ResponseWriter, r *http.Request) {
	number, size, wrong := pageAsked(r.URL.Query())
	if wrong != nil {
		s.refuse(w, invalidList(wrong))
		return
	}
	page, total := s.store.pageOfApplications(number, size)
	last := pages(total, size)

	list := applicationList{PageSize: size, Page: number, TotalItems: total, TotalPages: last}
	list.Embedded.Applications = make([]applicationAnswer, 0, len(page))
	for _, a := range page {
		list.Embedded.Applications = append(list.Embedded.Applications, a.listed())
	}
	list.Links.Self = link{pageHref(number, size)}
	list.Links.First = link{fmt.Sprintf("/v2/applications?page_size=%d", size)}
	list.Links.Last = &link{pageHref(max(last, 1), size)}
	if number < last {
		list.Links.Next = &link{pageHref(number+1, size)}
	}
	if number > 1 && last > 0 {
		list.Links.Prev = &link{pageHref(min(number-1, last), size)}
	}
	s.answer(w, http.StatusOK, list)
}

func pageHref(number, size int) string {
	return fmt.Sprintf("/v2/applications?page_size=%d&page=%d", size, number)
}

// pageAsked reads the parameters of a list. Unknown ones are ignored: Vonage CLI
// 3 sends "size", and works.
func pageAsked(query url.Values) (number, size int, wrong []invalid) {
	number, size = 1, pageSize
	var err error
	if query.Has("page") {
		if number, err = strconv.Atoi(query.Get("page")); err != nil || number < 1 {
			wrong = append(wrong, invalid{"page", "must be at least 1"})
		}
	}
	if query.Has("page_size") {
		if size, err = strconv.Atoi(query.Get("page_size")); err != nil || size < 1 || size > maxPageSize {
			wrong = append(wrong, invalid{"page_size", fmt.Sprintf("must be between 1 and %d", maxPageSize)})
		}
	}
	return number, size, wrong
}
