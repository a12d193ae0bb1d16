/// Registers what the plugin is made of, and what answers each question. Write it once, in `lib.rs`:
///
/// ```ignore
/// twoway_sdk::plugin! {
///     settings: Settings,
///     roles: [SITE_LEAD requires [ADULT, CLEARED]],
///     served: [GUARDIAN requires [ADULT]],
///     records: [Day, Visit],
///     refusals: No,
///     notices: Notice,
///     labels: Label,
///     incidents: Incident,
///     books: ["custody" of Custody],
///     evidence: Evidence,
///     actions: [Release => visit::release],
///     timers: ["overdue" on Day => day::overdue, "call-again"(Round) on Day => day::call_again],
///     events: [MemberEnded => day::member_ended],
///     guards: [ProjectStart => day::may_start],
///     views: [Public "public-card" => views::public_card],
///     indicators: ["on-time" percent target 95 => indicators::on_time],
/// }
/// ```
///
/// `roles` are those of the staff, `served` those of the people for whom the project is there; what they require is a word of
/// [`crate::predicates`] or a text, `"trained:first-aid"`. The parts come in this order; all
/// but `settings`, `records`, `refusals` and `actions` may be left out. Hooks are functions: an action's is
/// `fn(&Context<Settings>, &impl Host, Item<Visit>, Release) -> Outcome` (with `()` in place of the item for an action of the
/// whole project); a timer's the same with the values that it was set with, or without the last where it has none; an event's
/// and a guard's `fn(&Context<Settings>, &impl Host, MemberEnded) -> Outcome` with one of the host's own types
/// ([`crate::events`], [`crate::guards`]); a view's answers a [`crate::ViewModel`]; an indicator's takes the period's start and
/// end and answers a [`crate::Measure`]. `description()` is generated beside them, for native tests.
#[macro_export]
macro_rules! plugin {
    (
        settings: $settings:ty,
        $(roles: [$($role:ident $(requires [$($predicate:expr),*])?),* $(,)?],)?
        $(served: [$($client:ident $(requires [$($needed:expr),*])?),* $(,)?],)?
        records: [$($record:ty),* $(,)?],
        refusals: $refusals:ty,
        $(notices: $notices:ty,)?
        $(labels: $labels:ty,)?
        $(incidents: $incidents:ty,)?
        $(books: [$($book:literal of $entry:ty),* $(,)?],)?
        $(evidence: $evidence:ty,)?
        actions: [$($action:ty => $act:path),* $(,)?],
        $(timers: [$($timer:literal $(($with:ty))? $(on $timer_on:ty)? => $tick:path),* $(,)?],)?
        $(events: [$($event:ty => $hear:path),* $(,)?],)?
        $(guards: [$($transition:ty => $guard:path),* $(,)?],)?
        $(views: [$($visibility:ident $view:literal $(on $view_on:ty)? => $show:path),* $(,)?],)?
        $(indicators: [$($indicator:literal $unit:ident $(target $goal:literal)? => $compute:path),* $(,)?],)?
    ) => {
        /// All that is static about this project kind, as the types say it.
        pub fn description() -> $crate::glue::Description {
            <Registered as $crate::glue::Dispatch>::description()
        }

        #[doc(hidden)]
        pub struct Registered;

        #[allow(unused_variables, unreachable_code, reason = "a plugin without timers never looks at the timer's name")]
        impl $crate::glue::Dispatch for Registered {
            fn description() -> $crate::glue::Description {
                $crate::glue::Description {
                    settings: <$settings as $crate::Form>::fields(),
                    roles: vec![
                        $($($crate::glue::Role {
                            key: $role.to_string(),
                            requires: $crate::glue::texts(&[$(&[$($predicate),*])?]),
                            served: false,
                        },)*)?
                        $($($crate::glue::Role {
                            key: $client.to_string(),
                            requires: $crate::glue::texts(&[$(&[$($needed),*])?]),
                            served: true,
                        },)*)?
                    ],
                    records: vec![$($crate::glue::describe_record::<$record>()),*],
                    actions: vec![$(<$action as $crate::Action>::describe()),*],
                    timers: vec![$($($crate::glue::Timer {
                        name: $timer.to_string(),
                        on: <$crate::on!($($timer_on)?) as $crate::Target>::kind().map(str::to_string),
                        values: [Vec::new() $(, <$with as $crate::Form>::fields())?].concat(),
                    }),*)?],
                    events: vec![$($(<$event as $crate::glue::HostEvent>::NAME.to_string()),*)?],
                    guards: vec![$($(<$transition as $crate::glue::HostGuard>::NAME.to_string()),*)?],
                    views: vec![$($($crate::glue::View {
                        name: $view.to_string(),
                        visibility: $crate::glue::Visibility::$visibility,
                        on: <$crate::on!($($view_on)?) as $crate::Target>::kind().map(str::to_string),
                    }),*)?],
                    indicators: vec![$($($crate::glue::Indicator {
                        name: $indicator.to_string(),
                        unit: stringify!($unit).to_string(),
                        target_milli: None$(.or(Some($goal * 1_000)))?,
                    }),*)?],
                    refusals: <$refusals as $crate::Refusals>::describe(),
                    notices: [Vec::new() $(, <$notices as $crate::Notices>::describe())?].concat(),
                    labels: $crate::glue::texts(&[$(<$labels as $crate::Labels>::ALL)?]),
                    incidents: [Vec::new() $(, <$incidents as $crate::Incidents>::describe())?].concat(),
                    books: vec![$($($crate::glue::Book {
                        key: $book.to_string(),
                        entry: <$entry as $crate::Form>::fields(),
                    }),*)?],
                    evidence: [Vec::new() $(, <$evidence as $crate::Form>::fields())?].concat(),
                }
            }

            fn act<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                action: &str,
                target: Option<$crate::RawItem>,
                input: $crate::glue::Content,
            ) -> $crate::Outcome {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $(if action == <$action as $crate::Action>::KEY {
                    let target = $crate::glue::action_target::<$action>(target)?;
                    // Typed here, so that the compiler's note points at a hook of another form.
                    let form: $action = $crate::glue::input(&input)?;
                    return $act(&ctx, host, target, form);
                })*
                $crate::glue::unknown("action", action)
            }

            fn tick<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                timer: &str,
                target: Option<$crate::RawItem>,
                values: $crate::glue::Content,
            ) -> $crate::Outcome {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $($(if timer == $timer {
                    let target = $crate::glue::target::<$crate::on!($($timer_on)?)>(target)?;
                    return $tick(&ctx, host, target $(, $crate::glue::input::<$with>(&values)?)?);
                })*)?
                $crate::glue::unknown("timer", timer)
            }

            fn hear<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                event: &str,
                values: $crate::glue::Content,
            ) -> $crate::Outcome {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $($(if event == <$event as $crate::glue::HostEvent>::NAME {
                    let told: $event = $crate::glue::told(values)?;
                    return $hear(&ctx, host, told);
                })*)?
                $crate::glue::unknown("event", event)
            }

            fn guard<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                transition: &str,
                values: $crate::glue::Content,
            ) -> $crate::Outcome {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $($(if transition == <$transition as $crate::glue::HostGuard>::NAME {
                    let told: $transition = $crate::glue::told(values)?;
                    return $guard(&ctx, host, told);
                })*)?
                $crate::glue::unknown("guard", transition)
            }

            fn show<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                view: &str,
                target: Option<$crate::RawItem>,
            ) -> Result<$crate::ViewModel, $crate::Refusal> {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $($(if view == $view {
                    return $show(&ctx, host, $crate::glue::target::<$crate::on!($($view_on)?)>(target)?);
                })*)?
                $crate::glue::unknown("view", view)
            }

            fn compute<H: $crate::Host>(
                host: &H,
                ctx: $crate::glue::RawContext,
                indicator: &str,
                start: $crate::Instant,
                end: $crate::Instant,
            ) -> Result<$crate::Measure, $crate::Refusal> {
                let ctx = $crate::glue::ctx::<$settings>(ctx)?;
                $($(if indicator == $indicator {
                    return $compute(&ctx, host, start, end);
                })*)?
                $crate::glue::unknown("indicator", indicator)
            }
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Guest = $crate::guest::Guest<Registered>;
            $crate::guest::bindings::export!(Guest with_types_in $crate::guest::bindings);
        };
    };
}

/// The target of a hook: `()` or a record of the named kind.
#[doc(hidden)]
#[macro_export]
macro_rules! on {
    () => {
        ()
    };
    ($record:ty) => {
        $crate::Item<$record>
    };
}
