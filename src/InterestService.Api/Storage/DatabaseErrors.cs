using Npgsql;

namespace InterestService.Api.Storage;

internal static class DatabaseErrors
{
    /// <summary>The process stood still within a transaction.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>
    /// Returns true when PostgreSQL cannot do now what it may do later: it is unreachable, starting or shutting down, out of connections, did
    /// not answer in time, or resolved a deadlock; false when it refused a statement for what the statement says. EF Core wraps such errors.
    /// </summary>
    public static bool IsDatabaseAway(this Exception exception) => exception switch
    {
        // By the server's own timeout or its administrator; Npgsql reports its caller's cancellation as the next one.
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or IdleInTransactionSessionTimeout } => true,
        OperationCanceledException or NpgsqlOperationInProgressException => false,
        PostgresException error => error.IsTransient,
        NpgsqlException => true,
        _ => exception.InnerException?.IsDatabaseAway() is true,
    };

    /// <summary>Returns true when PostgreSQL has no room on its disk, which <see cref="IsDatabaseAway"/> includes: there may be room later.</summary>
    public static bool IsDatabaseFull(this Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull } || exception.InnerException?.IsDatabaseFull() is true;

    /// <summary>Returns true when PostgreSQL would refuse the same rows again: a data exception, a violated constraint or an exceeded limit.</summary>
    public static bool ConcernsData(this PostgresException exception) => exception.SqlState[..2] is "22" or "23" or "54";
}
