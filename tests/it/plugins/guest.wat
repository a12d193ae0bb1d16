;; The arguments of act lie in memory: the action's name at 88, the target's id at 104, the input at 160 (address, length each).
(module
  (import "twoway:kind/records@1.0.0" "create" (func $create (param i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/records@1.0.0" "update" (func $update (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/secrets@1.0.0" "matches" (func $matches (param i32 i32 i32 i32 i32 i32 i32)))
  (import "twoway:kind/timers@1.0.0" "set" (func $set (param i32 i32 i32 i32 i32 i64 i32 i32 i32)))
  (import "twoway:kind/notify@1.0.0" "send" (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
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

  (func (export "twoway:kind/behaviour@1.0.0#describe") (result i32) (i32.const 16))

  (func (export "twoway:kind/behaviour@1.0.0#act") (param $args i32) (result i32)
    (local $first i32)
    (local.set $first (i32.load8_u (i32.load offset=88 (local.get $args))))
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
  (func (export "twoway:kind/behaviour@1.0.0#hear") (param i32) (result i32) (i32.const 64))
  (func (export "twoway:kind/behaviour@1.0.0#guard") (param i32) (result i32) (call $refuse)))
