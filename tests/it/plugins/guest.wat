;; The arguments of act lie in memory: the context first (now at 16, the actor at 52), the action's name at 88, the target's id at
;; 104, the input at 160 (address and length each). Those of hear: the event's name at 88.
(module
  (import "twoway:kind/records@1.0.0" "create" (func $create (param i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/records@1.0.0" "update" (func $update (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/secrets@1.0.0" "matches" (func $matches (param i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/timers@1.0.0" "set" (func $set (param i32 i32 i32 i32 i32 i64 i32 i32 i32)))
  (import "twoway:kind/notify@1.0.0" "send" (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/secrets@1.0.0" "issue-code" (func $issue (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/secrets@1.0.0" "verify-code" (func $verify (param i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/people@1.0.0" "satisfies" (func $satisfies (param i32 i32 i32 i32 i32)))
  (import "twoway:kind/calendar@1.0.0" "is-workday" (func $workday (param i64) (result i32)))
  (import "twoway:kind/calendar@1.0.0" "add-workdays" (func $workdays (param i64 i32) (result i64)))
  (import "twoway:kind/tasks@1.0.0" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32)))
  (import "twoway:kind/tasks@1.0.0" "close" (func $close (param i32 i32)))
  (import "twoway:kind/attendance@1.0.0" "report" (func $present (param i32 i32 i32 i32 i64 i32 i32 i32 i32 i32)))
  (import "twoway:kind/ledger@1.0.0" "append" (func $append (param i32 i32 i32 i32 i64 i32 i32 i32)))
  (import "twoway:kind/publishing@1.0.0" "publish" (func $publish (param i32 i32 i32 i32 i32 i64 i32)))
  (import "twoway:kind/publishing@1.0.0" "withdraw" (func $withdraw (param i32 i32)))
  (import "twoway:kind/incidents@1.0.0" "report" (func $incident (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 4)
  (global $free (mut i32) (i32.const 98304))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (local.get $at))

  (data (i32.const 16) "{{pair}}")
  (data (i32.const 512) "not-today{}")
  (data (i32.const 640) "note")
  (data (i32.const 656) "open")
  (data (i32.const 664) "done")
  (data (i32.const 672) "{\22text\22:\22from the timer\22}")
  (data (i32.const 720) "later")
  (data (i32.const 736) "mark")
  (data (i32.const 752) "blue stitch")
  (data (i32.const 776) "role:project-lead")
  (data (i32.const 800) "said")
  (data (i32.const 816) "{\22text\22:\22")
  (data (i32.const 832) "\22}")
  (data (i32.const 840) "door")
  (data (i32.const 848) "insured")
  (data (i32.const 856) "finish")
  (data (i32.const 864) "stock")
  (data (i32.const 872) "{\22shelf\22:\22A3\22}")
  (data (i32.const 896) "{\22facts\22:[{\22label\22:{\22key\22:\22label-place\22},\22value\22:{\22text\22:\22bus seven\22}}]}")
  (data (i32.const 992) "fell")
  (data (i32.const 1000) "harm")
  (data (i32.const 1008) "{\22where\22:\22stairs\22}")
  (data (i32.const 1040) "arrived")
  (data (i32.const 1056) "serious")
  (data (i32.const 8192) "{{description}}")

  ;; A refusal with the code at 512 and empty values.
  (func $refuse (result i32)
    (i32.store8 (i32.const 256) (i32.const 1))
    (i32.store8 (i32.const 260) (i32.const 0))
    (i32.store (i32.const 264) (i32.const 512)) (i32.store (i32.const 268) (i32.const 9))
    (i32.store (i32.const 272) (i32.const 521)) (i32.store (i32.const 276) (i32.const 2))
    (i32.const 256))

  (func $finish (param $args i32)
    (call $update
      (i32.load offset=104 (local.get $args)) (i32.load offset=108 (local.get $args))
      (i32.const 1) (i32.const 664) (i32.const 4)
      (i32.const 521) (i32.const 2) (i32.const 128)))

  ;; One answer is compared. One that matches ends in "ok"; all else, a denial too, in a refusal.
  (func $guess (param $args i32) (result i32)
    (i32.store (i32.const 320) (i32.const 752)) (i32.store (i32.const 324) (i32.const 11))
    (call $matches
      (i32.load offset=104 (local.get $args)) (i32.load offset=108 (local.get $args))
      (i32.const 736) (i32.const 4) (i32.const 320) (i32.const 1) (i32.const 128))
    (if (result i32) (i32.and
          (i32.eqz (i32.load8_u (i32.const 128)))
          (i32.eq (i32.load (i32.const 132)) (i32.const 1)))
      (then (i32.const 64))
      (else (call $refuse))))

  ;; An error in the answer at 128 ends in a refusal, so that no call fails unseen.
  (func $answered (result i32)
    (if (result i32) (i32.load8_u (i32.const 128)) (then (call $refuse)) (else (i32.const 64))))

  ;; A "yes" in the answer at 128 ends in "ok", all else in a refusal.
  (func $yes (result i32)
    (if (result i32) (i32.and (i32.eqz (i32.load8_u (i32.const 128))) (i32.load8_u (i32.const 132)))
      (then (i32.const 64)) (else (call $refuse))))

  ;; One call of each ability, by the first letter of the action's name; 0: no such action.
  (func $abilities (param $args i32) (param $first i32) (result i32)
    (local $target i32) (local $length i32) (local $actor i32) (local $name i32) (local $now i64)
    (local.set $target (i32.load offset=104 (local.get $args)))
    (local.set $length (i32.load offset=108 (local.get $args)))
    (local.set $actor (i32.load offset=52 (local.get $args)))
    (local.set $name (i32.load offset=56 (local.get $args)))
    (local.set $now (i64.load offset=16 (local.get $args)))
    (if (i32.eq (local.get $first) (i32.const 97)) ;; ask: a task for the project's lead
      (then
        (call $open (local.get $target) (local.get $length) (i32.const 776) (i32.const 17) (i32.const 856) (i32.const 6)
          (i32.const 1) (local.get $target) (local.get $length) (i32.const 1)
          (i64.add (local.get $now) (i64.const 86400000)) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 99)) ;; call-off: the task is not needed any more
      (then (call $close (local.get $target) (local.get $length)) (return (i32.const 64))))
    (if (i32.eq (local.get $first) (i32.const 100)) ;; day: is today a working day, and a timer at the end of the next but one
      (then
        (if (i32.eqz (call $workday (local.get $now))) (then (return (call $refuse))))
        (call $set (i32.const 720) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0)
          (call $workdays (local.get $now) (i32.const 2)) (i32.const 521) (i32.const 2) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 101)) ;; expect: a code for the actor
      (then
        (call $issue (i32.const 840) (i32.const 4) (local.get $target) (local.get $length)
          (local.get $actor) (local.get $name) (i32.const 60) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 118)) ;; verify: six digits after {"code":"
      (then
        (call $verify (i32.const 840) (i32.const 4) (local.get $target) (local.get $length)
          (i32.add (i32.load offset=160 (local.get $args)) (i32.const 9)) (i32.const 6) (i32.const 128))
        (return (call $yes))))
    (if (i32.eq (local.get $first) (i32.const 115)) ;; satisfied
      (then
        (call $satisfies (local.get $actor) (local.get $name) (i32.const 848) (i32.const 7) (i32.const 128))
        (return (call $yes))))
    (if (i32.eq (local.get $first) (i32.const 104)) ;; here: the actor arrives
      (then
        (call $present (local.get $actor) (local.get $name) (local.get $target) (local.get $length) (local.get $now)
          (i32.const 1040) (i32.const 7) (i32.const 521) (i32.const 2) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 98)) ;; book: one in
      (then
        (call $append (i32.const 864) (i32.const 5) (local.get $target) (local.get $length) (i64.const 1)
          (i32.const 872) (i32.const 14) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 111)) ;; out: one out
      (then
        (call $append (i32.const 864) (i32.const 5) (local.get $target) (local.get $length) (i64.const -1)
          (i32.const 872) (i32.const 14) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 112)) ;; publish, for two hours
      (then
        (call $publish (local.get $target) (local.get $length) (i32.const 896) (i32.const 72)
          (i32.const 1) (i64.add (local.get $now) (i64.const 7200000)) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 117)) ;; unpublish
      (then (call $withdraw (local.get $target) (local.get $length)) (return (i32.const 64))))
    (if (i32.eq (local.get $first) (i32.const 105)) ;; injury: an incident with harm
      (then
        (call $incident (local.get $target) (local.get $length) (i32.const 992) (i32.const 4)
          (i32.const 1) (local.get $target) (local.get $length) (i32.const 1000) (i32.const 4)
          (i32.const 1008) (i32.const 18) (i32.const 128))
        (return (call $answered))))
    (if (i32.eq (local.get $first) (i32.const 106)) ;; jam: a serious incident of the whole project
      (then
        (call $incident (i32.const 992) (i32.const 4) (i32.const 992) (i32.const 4)
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1056) (i32.const 7)
          (i32.const 1008) (i32.const 18) (i32.const 128))
        (return (call $answered))))
    (i32.const 0))

  (func (export "twoway:kind/behaviour@1.0.0#describe") (result i32) (i32.const 16))

  (func (export "twoway:kind/behaviour@1.0.0#act") (param $args i32) (result i32)
    (local $first i32) (local $result i32)
    (local.set $first (i32.load8_u (i32.load offset=88 (local.get $args))))
    (local.set $result (call $abilities (local.get $args) (local.get $first)))
    (if (local.get $result) (then (return (local.get $result))))
    (if (i32.eq (local.get $first) (i32.const 119)) ;; write
      (then
        (call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)
          (i32.load offset=160 (local.get $args)) (i32.load offset=164 (local.get $args)) (i32.const 128))
        (call $set (i32.const 720) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0)
          (i64.add (i64.load offset=16 (local.get $args)) (i64.const 3600000))
          (i32.const 521) (i32.const 2) (i32.const 128))
        (call $send (i32.const 720) (i32.const 5) (i32.const 776) (i32.const 17) (i32.const 800) (i32.const 4)
          (i32.const 521) (i32.const 2) (i32.const 0) (i32.const 128))))
    (if (i32.eq (local.get $first) (i32.const 102)) (then (call $finish (local.get $args)))) ;; finish, finish-by-two
    (if (i32.eq (local.get $first) (i32.const 103)) (then (return (call $guess (local.get $args))))) ;; guess
    (if (i32.eq (local.get $first) (i32.const 110)) (then (return (call $refuse)))) ;; no
    (if (i32.eq (local.get $first) (i32.const 108)) (then (loop $for_ever (br $for_ever)))) ;; loop
    (if (i32.or (i32.eq (local.get $first) (i32.const 116)) (i32.eq (local.get $first) (i32.const 114))) ;; trap, rescue
      (then (unreachable)))
    (i32.const 64))

  (func (export "twoway:kind/behaviour@1.0.0#tick") (param i32) (result i32)
    (call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)
      (i32.const 672) (i32.const 25) (i32.const 128))
    (i32.const 64))
  ;; 87.5 percent of 8 cases, whatever is asked.
  (func (export "twoway:kind/indicators@1.0.0#compute") (param i32) (result i32)
    (i32.store8 (i32.const 400) (i32.const 0))
    (i64.store (i32.const 408) (i64.const 87500))
    (i64.store (i32.const 416) (i64.const 8))
    (i32.store (i32.const 424) (i32.const 521)) (i32.store (i32.const 428) (i32.const 2))
    (i32.const 400))
  ;; A note whose text is the event's name.
  (func (export "twoway:kind/behaviour@1.0.0#hear") (param $args i32) (result i32)
    (local $length i32)
    (local.set $length (i32.load offset=92 (local.get $args)))
    (memory.copy (i32.const 4096) (i32.const 816) (i32.const 9))
    (memory.copy (i32.const 4105) (i32.load offset=88 (local.get $args)) (local.get $length))
    (memory.copy (i32.add (i32.const 4105) (local.get $length)) (i32.const 832) (i32.const 2))
    (call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)
      (i32.const 4096) (i32.add (local.get $length) (i32.const 11)) (i32.const 128))
    (i32.const 64))
  (func (export "twoway:kind/behaviour@1.0.0#guard") (param i32) (result i32) (call $refuse)))
