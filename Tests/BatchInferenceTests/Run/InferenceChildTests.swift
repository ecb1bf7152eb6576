import BatchInference
import Foundation
import SystemPackage
import Testing

/// The child process's body: job in, report out, one at a time.
struct InferenceChildTests {
    @Test func aJobFileBecomesAReportFile() throws {
        let fixture = try Fixture()
        let job = try fixture.job("mlp", quantization: .int8)
        let file = try fixture.write(
            String(decoding: try job.encoded(), as: UTF8.self), to: "job.json")
        let report = try InferenceChild.run(jobFile: file)
        #expect(report.status == .passed)
        let path = job.workDirectory.appending("report.json")
        let read = try InferenceReport.read(path)
        #expect(read.metrics == report.metrics)
        #expect(read.input == report.input)
        #expect(read.derivedSHA256 == report.derivedSHA256)
        let left = try FileManager.default.contentsOfDirectory(atPath: job.workDirectory.string)
        #expect(Set(left) == ["lock", "report.json"])
    }

    @Test func aJobSurvivesItsJSON() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp", quantization: .int8)
        job.baseline = "base line.json"
        job.gates = ["accuracy": GateLimit(min: 0.9)]
        let text = String(decoding: try job.encoded(), as: UTF8.self)
        #expect(text.contains("\"baseline\" : \"base line.json\""))
        let file = try fixture.write(text, to: "job.json")
        #expect(try InferenceJob.read(file) == job)
    }

    @Test func aRunThatCanNotBeDoneLeavesAReportThatSaysWhy() throws {
        let fixture = try Fixture()
        let job = try fixture.job("truncated")
        let file = try fixture.write(
            String(decoding: try job.encoded(), as: UTF8.self), to: "job.json")
        try InferenceChild.run(jobFile: file)
        let report = try InferenceReport.read(job.workDirectory.appending("report.json"))
        #expect(report.status == .error)
        #expect(try #require(report.reason).hasPrefix("the model can't be used: "))
    }

    @Test func aSecondRunInTheSameDirectoryIsRefused() throws {
        let fixture = try Fixture()
        let job = try fixture.job("mlp")
        let file = try fixture.write(
            String(decoding: try job.encoded(), as: UTF8.self), to: "job.json")
        try FileManager.default.createDirectory(
            atPath: job.workDirectory.string, withIntermediateDirectories: true)
        let lock = try FileDescriptor.open(
            job.workDirectory.appending("lock"), .readWrite, options: .create,
            permissions: .ownerReadWrite)
        #expect(flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0)
        #expect(throws: InferenceError.busy(directory: job.workDirectory)) {
            try InferenceChild.run(jobFile: file)
        }
        try lock.close()
        #expect(try InferenceChild.run(jobFile: file).status == .passed)
    }

    @Test(arguments: ["", "{}", "[1]", "{\"model\": 3}"])
    func aJobThatIsNotOneIsRefusedByName(text: String) throws {
        let fixture = try Fixture()
        let file = try fixture.write(text, to: "job.json")
        let error = try #require(throws: InferenceError.self) {
            try InferenceChild.run(jobFile: file)
        }
        #expect(error.description.hasPrefix("can't read \(file): it is not an inference job: "))
    }
}
