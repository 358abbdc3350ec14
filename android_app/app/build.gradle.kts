plugins {
    alias(libs.plugins.android.application)
}

val withPyTorch = providers.gradleProperty("onpar.pytorch").getOrElse("false").toBoolean()

android {
    namespace = "org.onpar.app"
    compileSdk = libs.versions.compileSdk.get().toInt()
    enableKotlin = false

    defaultConfig {
        applicationId = "org.onpar.app"
        minSdk = libs.versions.minSdk.get().toInt()
        targetSdk = libs.versions.targetSdk.get().toInt()
        versionCode = 1
        versionName = "1"
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }

    sourceSets.named("main") {
        // Models are not committed: `make android` fills this folder.
        assets.directories.add("../../build/android/assets")
    }

    androidResources {
        noCompress += listOf("pt", "ptl", "onnx", "ort")
    }
}

dependencies {
    implementation(project(":core"))
    implementation(project(":runtimes:onnxruntime"))
    implementation(libs.onnxruntime.android)
    if (withPyTorch) {
        implementation(project(":runtimes:pytorch"))
        implementation(libs.pytorch.android)
    }
}

tasks.named("preBuild") {
    val models = rootDir.resolve("../build/android/assets/models")
    doFirst {
        check(!models.list().isNullOrEmpty()) {
            "no model in $models; run in onpar's folder: make android ARGS=--assets"
        }
    }
}
