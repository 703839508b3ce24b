package e2e_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// What pgx asks by itself: types by name, with those that they are made of.
func TestPgxTypes(t *testing.T) {
	_, p := stocked(t)
	trail := p.Trail()
	conn := connect(t, p, "ana", issue(t, p, "ana", narrow), pgx.QueryExecModeCacheStatement)
	types, err := conn.LoadTypes(t.Context(), []string{"stock.size", "stock.place", "stock.sku", "stock.span", "public.hstore"})
	if err != nil {
		t.Fatal(err)
	}
	conn.TypeMap().RegisterTypes(types)
	for _, name := range []string{"stock.size", "stock.place", "stock.sku", "stock.span"} {
		if _, ok := conn.TypeMap().TypeForName(name); !ok {
			t.Errorf("the type %s was not loaded", name)
		}
	}
	for range 3 { // prepared once, run three times
		var item string
		if err := conn.QueryRow(t.Context(), "SELECT item FROM orders WHERE id = $1", 7).Scan(&item); err != nil || item != "item 7" {
			t.Errorf("%q, %v", item, err)
		}
	}
	reportDenied(t, trail)
	if _, err := conn.Prepare(t.Context(), "mine", "SELECT size, place, more FROM stock.items WHERE id = $1"); err == nil {
		t.Error("a statement outside the scope was prepared")
	}
}
