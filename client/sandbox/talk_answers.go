package sandbox

import (
	"maps"
	"net/http"
	"strconv"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/listing"
)

// conversationAnswer is a conversation in all shapes that it has: on its own and in a
// list, since v0.3 and before.
type conversationAnswer struct {
	ID          string `json:"id,omitempty"`
	UUID        string `json:"uuid,omitempty"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	ImageURL    string `json:"image_url,omitempty"`
	State       string `json:"state,omitempty"`
	MemberID    string `json:"member_id,omitempty"`
	Sequence    int64  `json:"sequence_number"`
	Timestamp   struct {
		Created conversation.Stamp `json:"created"`
		Updated conversation.Stamp `json:"updated,omitzero"`
	} `json:"timestamp"`
	Properties map[string]any      `json:"properties,omitempty"`
	Members    []olderMemberAnswer `json:"members,omitempty"`
	Embedded   *embeddedMember     `json:"_embedded,omitempty"`
	Links      selfLink            `json:"_links"`
}

type embeddedMember struct {
	Member memberAnswer `json:"member"`
}

// olderMemberAnswer is a member in a conversation of v0.1 (SPEC conversation.yml), with
// the state as it is today: nexmo-client 9.5.1 compares it with LEFT.
type olderMemberAnswer struct {
	MemberID    string             `json:"member_id"`
	UserID      string             `json:"user_id"`
	Name        string             `json:"name"`
	DisplayName string             `json:"display_name,omitempty"`
	State       conversation.State `json:"state"`
	Timestamp   any                `json:"timestamp"`
	Channel     any                `json:"channel"`
}

// commonConversation is what all shapes have.
func commonConversation(r *http.Request, c conversation.Conversation) conversationAnswer {
	answer := conversationAnswer{
		Name: c.Name, DisplayName: c.DisplayName, ImageURL: c.ImageURL, Sequence: c.Sequence, Properties: c.Properties,
		Links: selfLink{link{address(r, "conversations", c.ID)}},
	}
	answer.Timestamp.Created, answer.Timestamp.Updated = c.Created, c.Updated
	return answer
}

// shownConversation returns a conversation on its own.
func shownConversation(r *http.Request, c conversation.Conversation) conversationAnswer {
	if !older(r) {
		return listedConversation(r, c)
	}
	answer := commonConversation(r, c)
	answer.UUID = c.ID
	answer.Members = each(c.Members, func(m conversation.Member) olderMemberAnswer {
		u := m.Embedded.User
		return olderMemberAnswer{m.ID, u.ID, u.Name, u.DisplayName, m.State, m.Timestamp, m.Channel}
	})
	return answer
}

// listedConversation returns a conversation as an item of a list. Before v0.3, the state
// is that of the user whose list it is (nexmo-client 9.5.1).
func listedConversation(r *http.Request, c conversation.Conversation) conversationAnswer {
	answer := commonConversation(r, c)
	answer.ID, answer.State = c.ID, "ACTIVE"
	switch {
	case c.Own == nil:
	case older(r):
		answer.MemberID, answer.State = c.Own.ID, string(c.Own.State)
	default:
		answer.Embedded = &embeddedMember{shownMember(r, *c.Own)}
	}
	return answer
}

// memberAnswer is a member as it is answered (SPECv3).
type memberAnswer struct {
	conversation.Member
	Links link `json:"_links"`
}

func shownMember(r *http.Request, m conversation.Member) memberAnswer {
	return memberAnswer{m, link{address(r, "conversations", m.Conversation, "members", m.ID)}}
}

// eventAnswer is an event as it is answered (SPECv3).
type eventAnswer struct {
	conversation.Event
	Href string `json:"href"`
}

func shownEvent(r *http.Request, e conversation.Event) eventAnswer {
	return eventAnswer{e, eventURL(r, e)}
}

func eventURL(r *http.Request, e conversation.Event) string {
	return address(r, "conversations", e.Conversation, "events", strconv.FormatInt(e.ID, 10))
}

// pageAnswer is a page of a list of conversations, members or events. Before v0.3 the items are a level deeper.
func pageAnswer(r *http.Request, q pageQuery, name string, items any, at listing.Places) any {
	embedded := map[string]any{name: items}
	if older(r) {
		embedded = map[string]any{"data": embedded}
	}
	others := maps.Clone(r.URL.Query())
	for _, own := range []string{"order", "page_size", "cursor"} {
		others.Del(own)
	}
	return map[string]any{
		"page_size": q.Size,
		"_embedded": embedded,
		"_links":    q.linksTo("http://"+r.Host+r.URL.Path, others, at),
	}
}
