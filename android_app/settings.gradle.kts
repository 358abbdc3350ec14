// For Android Studio. Maven builds the same modules where Gradle cannot run: see docs/android.md.
pluginManagement {
    repositories {
        google()
        mavenCentral()
    }
}

dependencyResolutionManagement {
    repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "onpar"
include(":core")
include(":runtimes:onnxruntime")
include(":runtimes:pytorch")
include(":app")
