----------------------------- MODULE EtcdSetBack -----------------------------
(***************************************************************************)
(* An etcd that is set back to an earlier state, from a backup (R14): with *)
(* another cluster id, as etcd's own restore gives it, or with the same,   *)
(* as a copy of its disks brings it.                                       *)
(*                                                                         *)
(* Only elections are modelled, since what may happen twice is a term.     *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  Node, First, None,
  Off,      \* names of the parts of rules that are switched off
  SameId,   \* whether the etcd that was set back has the id that it had
  MaxTerm

VARIABLES
  etcd,      \* id, revision, and the shard's record: term, owner, leader
  isSetBack,
  asked,     \* <<term, owner>> of each election that was ever claimed; an owner is <<node, nonce>>
  answers,   \* <<term, owner, node>>
  told,      \* <<term, node, owner>> of each leader that was named
  led,       \* <<term, node, owner>> of each that led
  term, accepted, fencedBy,
  seen,      \* node -> etcd's id and the highest revision that it has seen of it
  alarm      \* nodes whose alarm is latched

vars == <<etcd, isSetBack, asked, answers, told, led, term, accepted, fencedBy, seen, alarm>>
replicas == <<term, accepted, fencedBy>>

On(part) == part \notin Off
IsMajority(S) == 2 * Cardinality(S) > Cardinality(Node)
Nobody == <<None, 0>>
Backup == [id |-> 1, revision |-> 1, term |-> 1, owner |-> Nobody, leader |-> First]

Init ==
  /\ etcd = Backup
  /\ isSetBack = FALSE
  /\ asked = {} /\ answers = {} /\ told = {}
  /\ led = {<<1, First, Nobody>>}
  /\ term = [n \in Node |-> 1]
  /\ accepted = [n \in Node |-> First]
  /\ fencedBy = [n \in Node |-> Nobody]
  /\ seen = [n \in Node |-> [id |-> 1, revision |-> 1]]
  /\ alarm = {}

\* EtcdGuard and Campaign.swapAnswered: another id, a lower revision, a term below one's own.
IsWrong(n) ==
  \/ etcd.id # seen[n].id
  \/ etcd.revision < seen[n].revision
  \/ etcd.term < term[n]

See(n) ==
  IF On("R14.alarm") /\ IsWrong(n)
  THEN alarm' = alarm \cup {n} /\ UNCHANGED seen
  ELSE seen' = [seen EXCEPT ![n] = [id |-> etcd.id, revision |-> etcd.revision]] /\ UNCHANGED alarm

LookAtEtcd(n) ==
  /\ n \notin alarm
  /\ See(n)
  /\ UNCHANGED <<etcd, isSetBack, asked, answers, told, led, replicas>>

\* A swap is guarded by the revision of the record, which may be the same as before.
MayChange(n) == n \notin alarm /\ seen[n].revision = etcd.revision

\* The answer of the swap names the etcd that carried it out; nothing follows from a wrong one.
IsTrusted(n) == On("R14.alarm") /\ On("R14.answer") => ~IsWrong(n)

\* Campaign.start, and Campaign.claimed
Claim(n) ==
  /\ MayChange(n) /\ etcd.term < MaxTerm
  /\ LET owner == <<n, Cardinality(asked) + 1>>
     IN /\ etcd' = [etcd EXCEPT !.revision = @ + 1, !.term = @ + 1, !.owner = owner,
                                !.leader = None]
        /\ asked' = IF IsTrusted(n) THEN asked \cup {<<etcd.term + 1, owner>>} ELSE asked
  /\ IF IsTrusted(n)
     THEN seen' = [seen EXCEPT ![n].revision = etcd.revision + 1] /\ UNCHANGED alarm
     ELSE alarm' = alarm \cup {n} /\ UNCHANGED seen
  /\ UNCHANGED <<isSetBack, answers, told, led, replicas>>

\* Fence.receive; with R14.owner on, a term in which another owner has fenced is not answered again.
BeFenced(n, election) ==
  /\ \/ election[1] > term[n]
     \/ /\ election[1] = term[n] /\ accepted[n] = None
        /\ On("R14.owner") => fencedBy[n] = election[2]
  /\ <<election[1], election[2], n>> \notin answers
  /\ term' = [term EXCEPT ![n] = election[1]]
  /\ accepted' = [accepted EXCEPT ![n] = None]
  /\ fencedBy' = [fencedBy EXCEPT ![n] = election[2]]
  /\ answers' = answers \cup {<<election[1], election[2], n>>}
  /\ UNCHANGED <<etcd, isSetBack, asked, told, led, seen, alarm>>

\* Campaign.choose and Campaign.named
Name(n) ==
  /\ MayChange(n)
  /\ etcd.owner[1] = n /\ etcd.leader = None
  /\ LET fenced == {f \in Node : <<etcd.term, etcd.owner, f>> \in answers}
     IN IsMajority(fenced) /\ \E chosen \in fenced :
          /\ etcd' = [etcd EXCEPT !.revision = @ + 1, !.leader = chosen]
          /\ told' = IF IsTrusted(n) THEN told \cup {<<etcd.term, chosen, etcd.owner>>} ELSE told
  /\ IF IsTrusted(n)
     THEN seen' = [seen EXCEPT ![n].revision = etcd.revision + 1] /\ UNCHANGED alarm
     ELSE alarm' = alarm \cup {n} /\ UNCHANGED seen
  /\ UNCHANGED <<isSetBack, asked, answers, led, replicas>>

BecomeLeader(n) ==
  /\ accepted[n] = None
  /\ \E t \in told : t[1] = term[n] /\ t[2] = n /\ led' = led \cup {t}
  /\ accepted' = [accepted EXCEPT ![n] = n]
  /\ UNCHANGED <<etcd, isSetBack, asked, answers, told, term, fencedBy, seen, alarm>>

TakeAppend(n) ==
  /\ \E l \in led : /\ l[2] # n
                    /\ l[1] > term[n] \/ (l[1] = term[n] /\ accepted[n] = None)
                    /\ term' = [term EXCEPT ![n] = l[1]]
                    /\ accepted' = [accepted EXCEPT ![n] = l[2]]
  /\ UNCHANGED <<etcd, isSetBack, asked, answers, told, led, fencedBy, seen, alarm>>

SetBack ==
  /\ ~isSetBack /\ etcd.revision > 1
  /\ isSetBack' = TRUE
  /\ etcd' = [Backup EXCEPT !.id = IF SameId THEN 1 ELSE 2]
  /\ UNCHANGED <<asked, answers, told, led, replicas, seen, alarm>>

\* The command that takes etcd as it is. All terms are raised above every durable one.
Adopt ==
  /\ alarm = Node
  /\ LET highest == CHOOSE t \in {term[n] : n \in Node} : \A n \in Node : term[n] <= t
         raised == [etcd EXCEPT !.revision = @ + 1, !.term = highest + 1, !.owner = Nobody,
                                !.leader = None]
     IN etcd' = IF On("R14.adopt") THEN raised ELSE etcd
  /\ alarm' = {}
  /\ seen' = [n \in Node |-> [id |-> etcd.id, revision |-> 0]]
  /\ UNCHANGED <<isSetBack, asked, answers, told, led, replicas>>

AnyNewTerm == \E n \in Node, election \in asked : BeFenced(n, election)

Next ==
  \/ SetBack \/ Adopt
  \/ \E n \in Node : LookAtEtcd(n) \/ Claim(n) \/ Name(n) \/ BecomeLeader(n) \/ TakeAppend(n)
  \/ AnyNewTerm

Spec == Init /\ [][Next]_vars

OneLeaderPerTerm == \A a, b \in led : a[1] = b[1] => a = b

Symmetry == Permutations(Node \ {First})
=============================================================================
