// The game server of these tests. It greets whoever connects to its port, and exits with the code that it is
// sent. MANNER says how it behaves. Each start leaves a mark in its world.

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 25565 };

static void save_and_exit(int signal_number) {
    (void)signal_number;
    _exit(0);
}

static void exit_with_an_error(int signal_number) {
    (void)signal_number;
    _exit(3);
}

static void exit_as_the_image_wants(int signal_number) {
    (void)signal_number;
    _exit(9);
}

static void use_all_memory(void) {
    enum { PART = 1 << 20 };
    for (;;) {
        char *part = malloc(PART);
        if (part != NULL) {
            memset(part, 1, PART);
        }
    }
}

static void use_all_disk(void) {
    static char part[1 << 16];
    int file = open("/world/big", O_CREAT | O_APPEND | O_WRONLY, 0644);
    while (write(file, part, sizeof part) > 0) {
    }
}

static void print_much(void) {
    char line[1 << 12];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int written = 0; written < 24 << 20; written += sizeof line) {
        if (write(STDOUT_FILENO, line, sizeof line) != sizeof line) {
            _exit(1);
        }
    }
}

// Leaves a mark in the world for each process that could be started.
static void start_all_processes(void) {
    int marks = open("/world/processes", O_CREAT | O_APPEND | O_WRONLY, 0644);
    for (pid_t child; (child = fork()) >= 0;) {
        if (child == 0) {
            for (;;) {
                pause();
            }
        }
        if (write(marks, ".", 1) != 1) {
            _exit(1);
        }
    }
}

int main(void) {
    const char *manner = getenv("MANNER");
    if (manner == NULL) {
        manner = "polite";
    }
    if (strcmp(manner, "gone") == 0) {
        return 7;
    }
    if (strcmp(manner, "complaining") == 0) {
        for (int line = 1; line <= 30; line++) {
            dprintf(STDERR_FILENO, "complaint %d\n", line);
        }
        return 7;
    }
    if (strcmp(manner, "hungry") == 0) {
        dprintf(STDERR_FILENO, "I want it all\n");
        use_all_memory();
    }
    int visits = open("/world/visits", O_CREAT | O_APPEND | O_WRONLY, 0644);
    if (visits >= 0 && write(visits, ".", 1) != 1) {
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, exit_as_the_image_wants);
    signal(SIGTERM, strcmp(manner, "stubborn") == 0 ? SIG_IGN : save_and_exit);
    if (strcmp(manner, "rude") == 0) {
        signal(SIGTERM, exit_with_an_error);
        dprintf(STDERR_FILENO, "here I am\n");
    }
    if (strcmp(manner, "greedy") == 0) {
        use_all_disk();
    }
    if (strcmp(manner, "breeding") == 0) {
        start_all_processes();
    }
    if (strcmp(manner, "loud") == 0) {
        print_much();
    }
    if (strcmp(manner, "late") == 0) {
        while (access("/world/open", F_OK) != 0) {
            usleep(10000);
        }
    }

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) {
        return 1;
    }
    for (;;) {
        int visitor = accept(listener, NULL, NULL);
        char code[8] = {0};
        if (write(visitor, "up\n", 3) == 3 && read(visitor, code, sizeof code - 1) > 0) {
            return atoi(code);
        }
        close(visitor);
    }
}
