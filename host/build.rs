//! The texts and files under `web` are embedded; cargo does not see the folder otherwise.

fn main() {
    println!("cargo:rerun-if-changed=web");
}
