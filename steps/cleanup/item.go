package cleanup

// Item is one thing that credwiz clean deletes, or leaves. Its texts are safe to print.
type Item struct {
	Kind        ItemKind  `json:"kind"`
	Name        string    `json:"name"` // of a file: its path
	ID          string    `json:"id,omitempty"`
	Application string    `json:"application_id,omitempty"` // of a user
	State       ItemState `json:"state"`
	Why         string    `json:"why,omitempty"`
}

// ItemKind is what an Item is.
type ItemKind string

// The kinds of items, in the order in which they are deleted.
const (
	UserItem        ItemKind = "user"
	ApplicationItem ItemKind = "application"
	FileItem        ItemKind = "file"
)

// ItemState is what becomes of an Item.
type ItemState string

// The states of items.
const (
	ToDelete    ItemState = "to be deleted"
	Deleted     ItemState = "deleted"
	GoneAlready ItemState = "gone already"
	Left        ItemState = "left"
)
