package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
)

// noCalls refuses calls, which the sandbox does not have.
//
//nolint:gochecknoglobals // nothing changes a refusal
var noCalls = endOfSandbox.sayingOwn("The practice sandbox does not simulate calls: it has no legs and no media. " +
	"Try calls with a real application.")

// talkRefusals are the refusals for what could not be done with a conversation.
//
//nolint:gochecknoglobals // nothing changes it
var talkRefusals = map[error]*refusal{
	// SPECv3 conversation_error_not_found.
	conversation.ErrNoConversation: userRefusal(http.StatusNotFound, "conversation:error:not-found",
		"Not found.", "Conversation does not exist, or you do not have access."),

	// SPECv3 member_error_not_found.
	conversation.ErrNoMember: userRefusal(http.StatusNotFound, "conversation:error:member-not-found",
		"Not found.", "Member does not exist, or you do not have access."),

	// Inferred from the two above.
	conversation.ErrNoEvent: userRefusal(http.StatusNotFound, "event:error:not-found",
		"Not found.", "Event does not exist, or you do not have access."),

	// SPECv3 Conversation409DuplicateName.
	conversation.ErrNameTaken: userRefusal(http.StatusConflict, "conversation:error:duplicate-name", "Conflict.",
		"The request failed because the conversation name already exists. Please provide a unique conversation name and try again."),

	// SPECv3 member_error_already_joined.
	conversation.ErrAlreadyJoined: userRefusal(http.StatusBadRequest, "conversation:error:member-already-joined", "Bad request.",
		"The request failed due to the user already having a member joined in 'app' type. Please provide a valid user and try again."),

	// SPECv3 member_error_invalid_state.
	conversation.ErrLeft: userRefusal(http.StatusBadRequest, "conversation:error:invalid-member-state",
		"Conflict.", "The conversation membership has already ended."),

	conversation.ErrNotJoined: noPermission.sayingOwn("The user has not joined the conversation. Join it first."),
	conversation.ErrNotOwn:    noPermission.sayingOwn("That belongs to another member of the conversation. Use what is the user's own."),
}

// talkRefusal is the refusal for what could not be done with a conversation.
func talkRefusal(err error) *refusal {
	if full, ok := errors.AsType[*conversation.FullError](err); ok {
		return tooManyUsers.sayingOwn(fmt.Sprintf("The practice sandbox is full: it holds at most %d %s. "+
			"Delete a conversation, or start the sandbox again.", full.Limit, full.What))
	}
	if wrong, ok := errors.AsType[*conversation.InvalidError](err); ok {
		return invalidUser.naming(labeled([]payload.Invalid{payload.Wrong(wrong.Field, wrong.Reason)}))
	}
	if err == nil {
		return nil
	}
	return cmp.Or(talkRefusals[err], internalUserError)
}

// isCall reports whether an event is one of a call.
func isCall(event string) bool {
	family, _, _ := strings.Cut(event, ":")
	return slices.Contains([]string{"audio", "rtc", "sip", "leg", "video", "knocking"}, family)
}

// isCallPath reports whether a path is one of a call.
func isCallPath(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(segment string) bool {
		return slices.Contains([]string{"legs", "knocking", "calls", "rtc", "record"}, segment)
	})
}
