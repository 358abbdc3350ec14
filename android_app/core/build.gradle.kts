plugins {
    `java-library`
}

dependencies {
    api(libs.gson)
    testImplementation(libs.junit)
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.withType<JavaCompile>().configureEach {
    options.release = 8
    options.encoding = "UTF-8"
}

tasks.test {
    useJUnitPlatform()
}
