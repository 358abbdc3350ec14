plugins {
    `java-library`
}

dependencies {
    api(project(":core"))
    // The same classes come with the desktop's package and with Android's: the app chooses.
    compileOnly(libs.onnxruntime)
}

tasks.withType<JavaCompile>().configureEach {
    options.release = 8
    options.encoding = "UTF-8"
}
