//! The store suite: one list of checks, each run on SQLite and on PostgreSQL 15. A check cannot exist for
//! one engine only; what only SQLite has (one writer, pragmas, its file) is in `sqlite_only`
//! and `kill`.
//! Not for rules of charging: the store decides nothing.
//!
//! Each of these bugs was planted once and seen to fail here: a unit answered before its COMMIT; RELEASE
//! without ROLLBACK TO; one failed unit that rolls its whole group back; a panic that is not caught; units
//! run though BEGIN failed, or dropped at the end; deferred BEGIN; no COMMIT on PostgreSQL; the history
//! without a lock; the event's number or id taken outside the key's lock; the relay woken never or always;
//! no ON CONFLICT on the readings' natural key; the start's UNIQUE dropped; the box left out of the search by
//! transaction; transaction ids from MAX; the live log's duplicate check dropped, its gaps not seen; places that
//! do not rise; own events taken though the log has them; a message that is always new; rows not held back for
//! another gateway, or dropped before the screens have them; a number left out that is given again; frames trimmed
//! by age alone, or by number alone; a column left out of an UPDATE; a session's status or end not looked at where only
//! its figures are stored; when a reading counts lost as its key was changed; `synchronous = NORMAL`; foreign keys off; readers
//! that may write; numbers that do not jump when a copy comes back, its live stream kept, any SQLite file taken
//! for a copy, the oldest copies kept instead of the newest; no claim; words that are not looked at; no second run
//! after a deadlock; a server's lax `synchronous_commit` kept; a server that is away and not named.

mod attacks;
mod backup;
mod chargers;
mod database;
mod desk;
mod events;
mod garage;
mod inbox;
mod kill;
mod ledger;
mod live_log;
mod log_length;
mod migrating;
mod ocpp_messages;
mod organizations;
mod outbox;
mod own_events;
mod pages;
mod people;
mod power_cut;
mod receipts;
mod reopening;
mod round_trips;
mod samples;
mod self_check;
mod server;
mod server_crash;
mod settings;
mod sqlite_only;
mod tariffs;
mod unique;
mod unit_of_work;

/// Makes a test of each check for each engine.
macro_rules! on_both_engines {
    ($($file:ident { $($check:ident),* $(,)? })*) => {
        mod sqlite {$($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                crate::$file::$check(crate::database::Database::sqlite().await).await;
            }
        )*)*}

        mod postgres {$($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                crate::$file::$check(crate::database::Database::postgres().await).await;
            }
        )*)*}
    };
}

on_both_engines! {
    round_trips {
        a_station_reads_back_by_id_and_by_name,
        a_charge_point_reads_back_with_every_column_set_and_unset,
        a_connector_reads_back_with_every_column_set_and_unset,
        a_session_reads_back_with_every_column_set_and_unset,
        what_readings_made_of_a_session_reads_back_whatever_of_its_course_changed,
        a_reading_is_stored_with_every_column_set_and_unset,
        an_id_token_reads_back,
        an_operator_and_a_sign_in_read_back,
        hostile_text_comes_back_as_it_went_in,
    }
    desk {
        a_tariff_holds_exactly_where_it_was_put_and_a_points_own_goes_first,
        a_station_counts_its_parts_and_not_those_that_are_gone,
        a_station_reads_back_whole_and_frees_its_name_when_it_goes,
        an_alert_stands_once_is_taken_on_once_and_ends,
    }
    tariffs {
        a_tariff_reads_back_with_everything_it_charges_and_keeps_every_version,
        the_most_particular_tariff_of_a_moment_holds,
        a_tariff_is_had_as_it_stood_at_a_moment,
        a_session_keeps_the_version_it_was_shown_and_what_of_it_is_priced,
        what_had_one_price_per_kwh_keeps_it_through_the_migration,
        a_price_that_turns_is_taken_once,
        registers_of_many_transactions_come_at_once,
    }
    people {
        a_customer_is_found_searched_changed_and_removed,
        a_card_changes_in_every_column_and_frees_its_text_when_it_goes,
        an_operator_changes_and_goes_with_its_sign_ins,
    }
    organizations {
        an_organisation_reads_back_changes_and_frees_its_name_when_it_goes,
        an_organisation_counts_its_living_stations_and_users,
        every_list_and_every_sum_keeps_to_the_organisation_it_is_asked_for,
    }
    ledger {
        transfers_read_back_newest_first_and_add_up_to_the_balances,
        a_wallet_never_falls_below_nothing_and_a_transfer_is_never_of_nothing,
        many_who_give_at_once_lose_nothing,
    }
    attacks {
        whoever_writes_past_the_gateway_changes_no_row_of_the_books,
        with_any_one_guard_taken_away_an_attack_gets_through,
    }
    receipts {
        a_receipt_is_found_by_its_bill_its_charge_and_its_link_while_that_holds,
        of_many_that_take_a_number_at_once_each_has_its_own_and_one_that_fails_leaves_no_hole,
        what_a_charger_signed_is_kept_byte_for_byte_and_once,
        a_second_receipt_of_a_bill_is_refused,
    }
    chargers {
        a_command_reads_back_from_the_asking_to_the_answer,
        what_fits_nowhere_is_kept_and_known_again,
        an_answer_is_kept_once_under_its_name_and_forgotten_by_time,
        a_day_is_the_sum_of_what_ended_in_it_in_one_currency,
        sessions_are_found_by_what_is_asked_and_in_that_order,
        a_box_and_a_token_know_their_own_sessions,
    }
    pages {
        stations_come_by_name_page_by_page,
        charge_points_come_by_identity_of_one_station_or_of_all,
        charge_points_are_found_by_the_gateway_that_holds_them,
        running_sessions_come_newest_first_without_the_stopped,
        sign_ins_end_one_by_one_or_by_time,
        a_site_is_fresh_until_it_has_an_operator_or_a_station,
    }
    garage {
        a_vehicle_is_its_driver_s_and_goes_without_a_trace_of_who_it_was,
        what_was_noted_is_found_and_never_changed,
    }
    settings {
        a_setting_is_stored_changed_and_forgotten,
        the_first_operator_ends_the_set_up_whoever_makes_it,
        of_many_that_end_the_set_up_at_once_one_is_the_first,
    }
    unique {
        a_second_row_of_the_same_name_is_a_duplicate,
        a_broken_reference_or_bound_is_an_error_but_no_duplicate,
        a_start_is_found_by_its_whole_natural_key_only,
        of_many_copies_of_one_start_at_once_one_stands,
        a_reading_is_stored_once_by_its_natural_key,
        another_boxs_transaction_finds_nothing,
    }
    unit_of_work {
        a_unit_that_fails_takes_back_state_and_events,
        nobody_sees_a_unit_before_its_commit_and_everybody_after_it,
        a_unit_that_panics_is_rolled_back_and_the_next_one_runs,
        units_that_hear_a_charge_point_first_change_it_one_after_the_other,
        sixty_four_writers_lose_nothing_and_are_never_told_busy,
    }
    events {
        numbers_per_key_have_no_holes_and_rise_as_they_are_published,
        no_screen_ever_sees_a_number_before_the_one_below_it,
        the_oldest_events_come_first_and_a_deleted_one_never_again,
        the_relay_is_woken_by_a_commit_with_events_and_by_no_other,
        an_envelope_is_stored_as_it_will_be_published,
        a_clock_set_back_turns_no_events_round,
    }
    own_events {
        what_commits_is_told_under_its_number_and_what_fails_never,
        with_a_broker_they_wait_for_it_in_their_order_and_numbered_by_key,
        what_another_process_left_in_the_outbox_comes_first,
        commits_side_by_side_leave_no_number_out_and_keep_each_keys_order,
    }
    outbox {
        an_own_event_is_logged_and_settled_in_one_commit,
        a_gone_gateways_events_are_taken_over_once_and_in_order,
        what_can_be_done_without_is_dropped_oldest_first_and_nothing_else,
    }
    inbox {
        a_message_that_comes_three_times_has_one_effect,
        of_many_that_take_one_message_at_once_one_has_it,
        old_messages_are_forgotten_and_newer_ones_known,
        a_gateways_number_rises_and_is_forgotten_only_where_it_stands,
    }
    live_log {
        events_are_numbered_without_holes_and_a_repeat_gets_no_number,
        many_writers_leave_no_hole_and_number_no_event_twice,
        what_is_still_there_is_given_whole_and_what_is_not_is_a_gap,
        a_number_that_is_left_out_is_a_gap_for_whoever_asks_across_it,
        two_gateways_have_a_log_each,
    }
    ocpp_messages {
        a_frame_reads_back_with_every_column_set_and_unset,
        frames_come_newest_first_of_one_charge_point_or_of_all,
        old_frames_go_by_age_and_by_number,
    }
    self_check {
        a_sound_database_has_no_fault,
        each_planted_fault_is_told,
        each_fault_that_is_planted_in_the_books_is_told,
        a_database_of_another_time_is_no_fault_but_a_sentence,
    }
    migrating {
        a_kill_at_any_moment_of_any_migration_leaves_a_database_that_opens,
        what_was_in_the_books_before_is_in_them_still_and_adds_up,
        a_vehicle_that_was_removed_goes_and_its_charge_still_names_it,
    }
    reopening {
        migrations_apply_once_however_often_the_store_is_opened,
        gateways_that_open_a_fresh_database_together_all_succeed,
        everything_is_there_after_reopening,
        transaction_ids_rise_and_are_never_given_again,
        event_numbers_and_live_numbers_go_on_after_reopening,
    }
}
