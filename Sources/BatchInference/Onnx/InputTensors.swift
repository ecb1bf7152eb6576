import COnnxRuntime
import SystemPackage

/// The tensors a data set's features are copied into, allocated once and used for every batch.
final class InputTensors {
    /// The tensors in the order of the model's inputs, for the rows filled last.
    private(set) var values: [OpaquePointer?]
    private let runtime: OnnxRuntime
    private let plan: [InputPlan]
    private let capacity: Int
    private var rows = 0
    /// Room for `capacity` rows of each input; empty for strings, which the library holds.
    private let memory: [UnsafeMutableRawBufferPointer]

    /// Allocates the tensors of a plan for batches of at most `capacity` rows.
    init(_ plan: [InputPlan], capacity: Int, runtime: OnnxRuntime) throws(InferenceError) {
        var memory: [UnsafeMutableRawBufferPointer] = []
        for input in plan {
            let (cells, overflow) = capacity.multipliedReportingOverflow(by: input.columns.count)
            guard capacity > 0, !overflow, cells <= Int32.max else {
                for room in memory { room.deallocate() }
                throw .doesNotFit(
                    what: "batch size", wanted: "1 to \(Int32.max) cells", found: "\(capacity) rows"
                )
            }
            memory.append(.allocate(byteCount: (input.type.size ?? 0) * cells, alignment: 64))
        }
        self.memory = memory
        self.plan = plan
        self.capacity = capacity
        self.runtime = runtime
        values = Array(repeating: nil, count: plan.count)
    }

    deinit {
        for value in values { runtime.api.pointee.ReleaseValue(value) }
        for room in memory { room.deallocate() }
    }

    /// Copies the first rows of a batch; a missing number becomes NaN, a missing integer throws.
    func fill(from batch: borrowing CSVBatch, rows: Int) throws(InferenceError) {
        precondition(rows > 0 && rows <= capacity)
        try resize(to: rows)
        for (index, input) in plan.enumerated() {
            switch input.type {
            case .float: try fillFloats(index, input, batch)
            case .double: try fillDoubles(index, input, batch)
            case .int32: try fillIntegers(Int32.self, index, input, batch)
            case .int64: try fillIntegers(Int64.self, index, input, batch)
            case .string: try fillStrings(index, input, batch)
            }
        }
    }

    /// Describes the memory to the library for a number of rows: the last batch is shorter.
    private func resize(to rows: Int) throws(InferenceError) {
        guard rows != self.rows else { return }
        self.rows = 0
        for (index, input) in plan.enumerated() {
            runtime.api.pointee.ReleaseValue(values[index])
            values[index] = nil
            values[index] = try makeValue(input, rows: rows, memory: memory[index])
        }
        self.rows = rows
    }

    private func makeValue(
        _ input: InputPlan, rows: Int, memory: UnsafeMutableRawBufferPointer
    ) throws(InferenceError) -> OpaquePointer {
        let api = runtime.api
        let shape = input.isFlat ? [Int64(rows)] : [Int64(rows), Int64(input.columns.count)]
        guard let size = input.type.size else {
            var allocator: UnsafeMutablePointer<OrtAllocator>?
            try runtime.check(api.pointee.GetAllocatorWithDefaultOptions(&allocator))
            return try runtime.create {
                api.pointee.CreateTensorAsOrtValue(
                    allocator, shape, shape.count, input.type.onnx, &$0)
            }
        }
        return try runtime.create {
            api.pointee.CreateTensorWithDataAsOrtValue(
                runtime.cpuMemory, memory.baseAddress, rows * input.columns.count * size, shape,
                shape.count, input.type.onnx, &$0)
        }
    }

    private func fillFloats(
        _ index: Int, _ input: InputPlan, _ batch: borrowing CSVBatch
    ) throws(InferenceError) {
        let memory = memory[index]
        var next = 0
        for row in 0..<rows {
            for column in input.columns {
                let value = try batch.double(row: row, column: column)
                memory.storeBytes(
                    of: value.map { Float($0) } ?? .nan, toByteOffset: next, as: Float.self)
                next += 4
            }
        }
    }

    private func fillDoubles(
        _ index: Int, _ input: InputPlan, _ batch: borrowing CSVBatch
    ) throws(InferenceError) {
        let memory = memory[index]
        var next = 0
        for row in 0..<rows {
            for column in input.columns {
                let value = try batch.double(row: row, column: column)
                memory.storeBytes(of: value ?? .nan, toByteOffset: next, as: Double.self)
                next += 8
            }
        }
    }

    private func fillIntegers<Integer: FixedWidthInteger & BitwiseCopyable>(
        _: Integer.Type, _ index: Int, _ input: InputPlan, _ batch: borrowing CSVBatch
    ) throws(InferenceError) {
        let memory = memory[index]
        var next = 0
        for row in 0..<rows {
            for column in input.columns {
                let value: Integer = try integer(batch, row: row, column: column)
                memory.storeBytes(of: value, toByteOffset: next, as: Integer.self)
                next += MemoryLayout<Integer>.size
            }
        }
    }

    /// Whole numbers may be written `3` or, as data frames with gaps write them, `3.0`.
    private func integer<Integer: FixedWidthInteger>(
        _ batch: borrowing CSVBatch, row: Int, column: Int
    ) throws(InferenceError) -> Integer {
        if let value = Integer(batch.string(row: row, column: column)) { return value }
        guard let number = try batch.double(row: row, column: column) else {
            throw batch.malformed(
                row: row, column: column, problem: "no value, and the model wants an integer")
        }
        guard let value = Integer(exactly: number) else {
            throw batch.malformed(
                row: row, column: column,
                problem: "the model wants a \(Integer.bitWidth)-bit integer")
        }
        return value
    }

    private func fillStrings(
        _ index: Int, _ input: InputPlan, _ batch: borrowing CSVBatch
    ) throws(InferenceError) {
        var next = 0
        for row in 0..<rows {
            for column in input.columns {
                let text = batch.string(row: row, column: column)
                guard !text.utf8.contains(0) else {
                    throw batch.malformed(row: row, column: column, problem: "a NUL character")
                }
                try runtime.check(
                    runtime.api.pointee.FillStringTensorElement(values[index], text, next))
                next += 1
            }
        }
    }
}
