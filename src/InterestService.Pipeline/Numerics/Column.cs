using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// A sequence of values whose memory its owner releases. A large column lies in native memory, which <see cref="Dispose"/> returns to the
/// system at once, without a garbage collection; a small one is an array.
/// </summary>
/// <remarks>
/// One object owns a column and disposes it. Others may read it while the owner lives; they never dispose it. A span does not keep the
/// memory alive, so hold the owner while a span is in use. A finalizer releases the columns of an owner that was not disposed.
/// </remarks>
[CollectionBuilder(typeof(Column), nameof(Column.Create))]
public sealed class Column<T> : IReadOnlyList<T>, IDisposable
    where T : unmanaged
{
    private const int MaxArrayBytes = 64 * 1024;

    private T[] _array = [];
    private NativeBlock? _native;

    /// <summary>Creates a column of default values.</summary>
    public Column(int length)
    {
        Resize(length);
        Span.Clear();
    }

    /// <summary>Number of values; 0 after <see cref="Dispose"/>.</summary>
    public int Length { get; private set; }

    int IReadOnlyCollection<T>.Count => Length;

    /// <summary>All values, as a writable view.</summary>
    public Span<T> Span => _native is { } native ? native.AsSpan(Length) : _array;

    public ref T this[int index] => ref Span[index];

    T IReadOnlyList<T>.this[int index] => Span[index];

    /// <summary>Copies a part of the values; the method behind <c>column[from..to]</c>.</summary>
    public T[] Slice(int start, int length) => Span.Slice(start, length).ToArray();

    public IEnumerator<T> GetEnumerator()
    {
        for (int i = 0; i < Length; i++) yield return Span[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _native?.Dispose();
        (_native, _array, Length) = (null, [], 0);
    }

    /// <summary>Changes the length and keeps the values that fit; values beyond the old length are undefined.</summary>
    public void Resize(int length)
    {
        if (_native is null && (long)length * Unsafe.SizeOf<T>() <= MaxArrayBytes)
        {
            Array.Resize(ref _array, length);
        }
        else
        {
            var native = _native ?? new NativeBlock();
            native.Resize(length);
            if (_native is null) _array.CopyTo(native.AsSpan(length));
            (_native, _array) = (native, []);
        }

        Length = length;
    }

    /// <summary>Native memory that grows in place where the system can extend it.</summary>
    private sealed unsafe class NativeBlock() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public Span<T> AsSpan(int length) => new((void*)handle, length);

        public void Resize(int length) => SetHandle((nint)NativeMemory.Realloc((void*)handle, (nuint)length * (nuint)sizeof(T)));

        protected override bool ReleaseHandle()
        {
            NativeMemory.Free((void*)handle);
            return true;
        }
    }
}

/// <summary>Creates columns from collection expressions.</summary>
public static class Column
{
    public static Column<T> Create<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var column = new Column<T>(values.Length);
        values.CopyTo(column.Span);
        return column;
    }
}
