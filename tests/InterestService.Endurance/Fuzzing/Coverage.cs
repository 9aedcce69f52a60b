using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace InterestService.Endurance.Fuzzing;

/// <summary>
/// The pairs of branches that code instrumented by SharpFuzz passes one after the other, with how often, in American fuzzy lop's eight classes
/// (https://lcamtuf.coredump.cx/afl/technical_details.txt). Without such code nothing is ever reached.
/// </summary>
internal sealed unsafe class Coverage : IDisposable
{
    private const int MapBytes = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(MapBytes);
    private readonly byte[] _reached = new byte[MapBytes];

    public Coverage() => Trace.SharedMem = _map;

    /// <summary>Whether the last run passed a pair that no earlier one had passed, or more often.</summary>
    public bool Grew { get; private set; }

    /// <summary>Number of pairs reached.</summary>
    public int Reached => _reached.Count(classes => classes != 0);

    public void Begin()
    {
        new Span<byte>(_map, MapBytes).Clear();
        Trace.PrevLocation = 0;
    }

    public void End()
    {
        Grew = false;
        for (int pair = 0; pair < MapBytes; pair++)
        {
            if (_map[pair] == 0) continue;
            byte once = (byte)(1 << BitOperations.Log2(_map[pair]));
            if ((_reached[pair] & once) != 0) continue;
            _reached[pair] |= once;
            Grew = true;
        }
    }

    public void Dispose() => NativeMemory.Free(_map);
}
