namespace InterestService.Api.Reading.Formats;

/// <summary>A type of Thrift's compact protocol.</summary>
internal enum ThriftType
{
    Stop,
    True,
    False,
    Byte,
    Int16,
    Int32,
    Int64,
    Double,
    Binary,
    List,
    Set,
    Map,
    Struct,
}

/// <summary>
/// Reads Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), in which Parquet describes
/// itself. It throws <see cref="EndOfStreamException"/> where bytes are missing and <see cref="InvalidDataException"/> for others than the protocol has.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;

    /// <summary>Bytes that have been read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the header of the next field of a struct; false at the end of the struct.</summary>
    /// <param name="field">Number of the field before, 0 before the first; then of this one.</param>
    /// <param name="type">Type of its value.</param>
    public bool ReadField(ref long field, out ThriftType type)
    {
        byte header = ReadByte();
        type = TypeOf(header & 15);
        if (type == ThriftType.Stop) return false;
        field = header >> 4 == 0 ? ReadInteger() : field + (header >> 4);
        return true;
    }

    /// <summary>Reads the header of a list.</summary>
    /// <returns>Number of the elements.</returns>
    public long ReadList(out ThriftType element)
    {
        byte header = ReadByte();
        element = TypeOf(header & 15);
        return header >> 4 == 15 ? (long)ReadVarint() : header >> 4;
    }

    /// <summary>Reads an integer of 16, 32 or 64 bits.</summary>
    public long ReadInteger()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Skips the value of a field.</summary>
    public void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False: break; // the header says it
            case ThriftType.Byte: Advance(1); break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64: ReadVarint(); break;
            case ThriftType.Double: Advance(sizeof(double)); break;
            case ThriftType.Binary: Advance((long)ReadVarint()); break;
            case ThriftType.List or ThriftType.Set: SkipList(); break;
            case ThriftType.Struct: SkipStruct(); break;
            default: throw new InvalidDataException($"A field has the type {type}."); // Parquet has no maps
        }
    }

    private void SkipList()
    {
        long count = ReadList(out var element);
        Enter();
        for (; count > 0; count--)
        {
            if (element is ThriftType.True or ThriftType.False) Advance(1);
            else Skip(element);
        }

        _depth--;
    }

    private void SkipStruct()
    {
        Enter();
        for (long field = 0; ReadField(ref field, out var type);) Skip(type);
        _depth--;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth) throw new InvalidDataException($"Structures are nested more than {MaxDepth} times.");
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }

        throw new InvalidDataException("An integer has more than 64 bits.");
    }

    private byte ReadByte()
    {
        Advance(1);
        return _bytes[Position - 1];
    }

    private void Advance(long count)
    {
        if (count < 0 || count > _bytes.Length - Position) throw new EndOfStreamException("The bytes end within a structure.");
        Position += (int)count;
    }

    private static ThriftType TypeOf(int code) =>
        code <= (int)ThriftType.Struct ? (ThriftType)code : throw new InvalidDataException($"There is no type {code}.");
}
