package postgres

// EffectKind is a change to the session's own state that a statement asks for.
type EffectKind uint8

// The effects. A statement that changes nothing we track has EffectNone.
const (
	EffectNone        EffectKind = iota
	EffectBegin                  // BEGIN, START TRANSACTION
	EffectCommit                 // COMMIT, END (AND CHAIN keeps a transaction open: Chain)
	EffectRollback               // ROLLBACK, ABORT (likewise Chain)
	EffectSavepoint              // Name
	EffectRelease                // Name
	EffectRollbackTo             // Name
	EffectSetPath                // Path, Local: SET search_path, set_config('search_path', …)
	EffectResetPath              // RESET search_path, SET search_path TO DEFAULT, RESET ALL; Local for SET LOCAL … TO DEFAULT
	EffectDiscardAll             // DISCARD ALL: path reset, every prepared statement and cursor gone
	EffectPrepare                // Name, Part: SQL PREPARE
	EffectDeallocate             // Name; empty is DEALLOCATE ALL (or DISCARD PLANS' kin)
	EffectDeclare                // Name, Part: DECLARE CURSOR
	EffectCloseCursor            // Name; empty is CLOSE ALL
	EffectSchema                 // DDL, temporary objects included: what names mean has changed in this session
)

// Effect is what a statement does to the session's state once the server has
// confirmed it. Names are as the server stores them: folded and truncated.
type Effect struct {
	Kind  EffectKind
	Name  string
	Path  []string // schema names, unquoted; "$user" stands for itself
	Local bool
	Chain bool
	Part  *Part // the statement inside PREPARE or DECLARE
}
