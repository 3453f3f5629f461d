package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
)

// The refusals of conversations.
//
//nolint:gochecknoglobals // nothing changes a refusal
var (
	// SPECv3 conversation_error_not_found.
	noSuchConversation = userRefusal(http.StatusNotFound, "conversation:error:not-found",
		"Not found.", "Conversation does not exist, or you do not have access.")

	// SPECv3 member_error_not_found.
	noSuchMember = userRefusal(http.StatusNotFound, "conversation:error:member-not-found",
		"Not found.", "Member does not exist, or you do not have access.")

	// Inferred from the two above.
	noSuchEvent = userRefusal(http.StatusNotFound, "event:error:not-found",
		"Not found.", "Event does not exist, or you do not have access.")

	// SPECv3 Conversation409DuplicateName.
	conversationNameTaken = userRefusal(http.StatusConflict, "conversation:error:duplicate-name", "Conflict.",
		"The request failed because the conversation name already exists. Please provide a unique conversation name and try again.")

	// SPECv3 member_error_already_joined.
	alreadyJoined = userRefusal(http.StatusBadRequest, "conversation:error:member-already-joined", "Bad request.",
		"The request failed due to the user already having a member joined in 'app' type. Please provide a valid user and try again.")

	// SPECv3 member_error_invalid_state.
	alreadyLeft = userRefusal(http.StatusBadRequest, "conversation:error:invalid-member-state",
		"Conflict.", "The conversation membership has already ended.")

	// What the sandbox does not do.
	noCalls = endOfSandbox.sayingOwn("The practice sandbox does not simulate calls: it has no legs and no media. " +
		"Try calls with a real application.")
)

// talkRefusal is the refusal for what could not be done with a conversation.
func talkRefusal(err error) *refusal {
	var full *conversation.FullError
	var wrong *conversation.InvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full):
		return tooManyUsers.sayingOwn(fmt.Sprintf("The practice sandbox is full: it holds at most %d %s. "+
			"Delete a conversation, or start the sandbox again.", full.Limit, full.What))
	case errors.As(err, &wrong):
		return invalidUser.naming(labeled([]payload.Invalid{payload.Wrong(wrong.Field, wrong.Reason)}))
	case errors.Is(err, conversation.ErrNoMember):
		return noSuchMember
	case errors.Is(err, conversation.ErrNoEvent):
		return noSuchEvent
	case errors.Is(err, conversation.ErrNameTaken):
		return conversationNameTaken
	case errors.Is(err, conversation.ErrAlreadyJoined):
		return alreadyJoined
	case errors.Is(err, conversation.ErrLeft):
		return alreadyLeft
	case errors.Is(err, conversation.ErrNotJoined):
		return noPermission.sayingOwn("The user has not joined the conversation. Join it first.")
	case errors.Is(err, conversation.ErrNotOwn):
		return noPermission.sayingOwn("That belongs to another member of the conversation. Use what is the user's own.")
	default:
		return noSuchConversation
	}
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
