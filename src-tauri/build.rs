//! Tauri's code generation, for the window only.

fn main() {
    #[cfg(feature = "desktop")]
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("src-tauri/capabilities/**/*.json")
            .app_manifest(tauri_build::AppManifest::new().commands(&[
                "live_subscribe",
                "live_unsubscribe",
                "host_info",
                "alive",
                "staff_enter",
                "staff_act",
                "staff_leave",
                "wipe_screen",
            ])),
    )
    .expect("tauri.conf.json and the capabilities are part of the source");
}
