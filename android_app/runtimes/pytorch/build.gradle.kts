plugins {
    `java-library`
}

dependencies {
    api(project(":core"))
    // On Android the same classes come with pytorch_android, with their native code.
    compileOnly(libs.pytorch)
    compileOnly(libs.nativeloader)
    testImplementation(libs.pytorch)
    testImplementation(libs.nativeloader)
    testImplementation(libs.junit)
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.withType<JavaCompile>().configureEach {
    options.release = 8
    options.encoding = "UTF-8"
}

tasks.processResources {
    val version = libs.versions.pytorch.get()
    inputs.property("pytorch", version)
    filesMatching("**/pytorch.properties") {
        filter { line -> line.replace("@pytorch.version@", version) }
    }
}

tasks.test {
    useJUnitPlatform()
}
